package dev.argus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.aws.AwsEnvironment;
import dev.argus.config.ArgusSettings;
import dev.argus.deploy.Doctor.Cluster;
import dev.argus.deploy.Finding.Status;
import dev.argus.deploy.Services.Service;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.model.StackStatus;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateHttpTokensState;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.ResponseLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.ShutdownBehavior;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** What each check makes of what it sees. */
class DoctorTest {
  private static final String REDRIVE =
      "{\"deadLetterTargetArn\":\"arn:aws:sqs:a:1:argus-requests-dead\",\"maxReceiveCount\":%s}";

  private final List<Finding> told = new ArrayList<>();
  private final Findings findings = new Findings(told::add);
  private final FakeServices aws = new FakeServices();

  @AfterEach
  void close() {
    aws.close();
  }

  private Cluster cluster(Services services) {
    return new Cluster(
        services, ArgusSettings.load(Map.of()), Optional.empty(), Optional.empty(), List.of());
  }

  private static Services at(String sqs) {
    return new Services(
        new AwsEnvironment(
            Region.EU_WEST_1,
            StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")),
            Optional.of(URI.create(sqs)),
            Optional.empty(),
            Optional.empty()),
        Map.of());
  }

  private Status of(String check) {
    return told.stream()
        .filter(finding -> finding.check().contains(check))
        .map(Finding::status)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aLineSaysOkOrWhatToDo() {
    findings.ok("a", "fine");
    findings.skip("b", "none here");
    findings.fail("c", "broken", "mend it");
    assertThat(told)
        .extracting(Finding::line)
        .containsExactly("ok   a: fine", "skip b: none here", "FAIL c: broken: mend it");
    assertThat(told.get(2).toJson().get("remedy").asText()).isEqualTo("mend it");
  }

  @Test
  void whoMayNotLookHasFoundNothingOutAndAnyOtherFailureIsOne() throws Exception {
    findings.look("a", () -> denied("AccessDenied"));
    findings.look("b", () -> denied("InternalError"));
    assertThat(told).extracting(Finding::status).containsExactly(Status.SKIP, Status.FAIL);
  }

  private static void denied(String code) {
    throw S3Exception.builder()
        .message("no")
        .statusCode(403)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage("no").build())
        .build();
  }

  private static Map<QueueAttributeName, String> attributes() {
    Map<QueueAttributeName, String> attributes = new HashMap<>();
    attributes.put(QueueAttributeName.MESSAGE_RETENTION_PERIOD, "1209600");
    attributes.put(QueueAttributeName.VISIBILITY_TIMEOUT, "30");
    attributes.put(QueueAttributeName.REDRIVE_POLICY, REDRIVE.formatted("1000"));
    attributes.put(QueueAttributeName.SQS_MANAGED_SSE_ENABLED, "true");
    attributes.put(
        QueueAttributeName.POLICY,
        "{\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"sqs:*\","
            + "\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]}");
    return attributes;
  }

  @Test
  void aQueueAsItShouldBeIsOkInAllItsAttributes() {
    new QueueChecks(cluster(aws), findings).judge("argus-requests", attributes());
    assertThat(told).hasSize(5).extracting(Finding::status).containsOnly(Status.OK);
  }

  @Test
  void eachAttributeThatIsWrongIsFoundOut() {
    Map<QueueAttributeName, String> wrong = attributes();
    wrong.put(QueueAttributeName.MESSAGE_RETENTION_PERIOD, "345600");
    wrong.put(QueueAttributeName.VISIBILITY_TIMEOUT, "10");
    wrong.put(QueueAttributeName.REDRIVE_POLICY, REDRIVE.formatted("\"5\""));
    wrong.remove(QueueAttributeName.SQS_MANAGED_SSE_ENABLED);
    wrong.remove(QueueAttributeName.POLICY);
    new QueueChecks(cluster(aws), findings).judge("argus-requests", wrong);
    assertThat(told).hasSize(5).extracting(Finding::status).containsOnly(Status.FAIL);
  }

  @Test
  void anSqsThatIsNotOfAwsMayLackWhatOnlyAwsHas() {
    Map<QueueAttributeName, String> embedded = attributes();
    embedded.remove(QueueAttributeName.SQS_MANAGED_SSE_ENABLED);
    embedded.remove(QueueAttributeName.POLICY);
    try (Services local = at("http://127.0.0.1:9324")) {
      new QueueChecks(cluster(local), findings).judge("argus-requests", embedded);
    }
    assertThat(of("encryption")).isEqualTo(Status.SKIP);
    assertThat(of("policy")).isEqualTo(Status.SKIP);
    assertThat(of("redrive")).isEqualTo(Status.OK);
  }

  @Test
  void whereSqsIsNotOfAwsTheRestOfAwsIsNotAsked() {
    try (Services local = at("http://127.0.0.1:9324/secret");
        Services endpoint = at("https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com")) {
      assertThat(local.absent(Service.STS)).isPresent();
      assertThat(local.absent(Service.SQS)).isEmpty();
      assertThat(endpoint.absent(Service.STS)).isEmpty();
    }
    assertThat(aws.absent(Service.STS)).isEmpty();
  }

  private static ResponseLaunchTemplateData.Builder launchTemplate() {
    return ResponseLaunchTemplateData.builder()
        .metadataOptions(
            m -> m.httpTokens(LaunchTemplateHttpTokensState.REQUIRED).httpPutResponseHopLimit(1))
        .blockDeviceMappings(b -> b.ebs(e -> e.encrypted(true)))
        .instanceInitiatedShutdownBehavior(ShutdownBehavior.TERMINATE)
        .tagSpecifications(
            t ->
                t.resourceType(ResourceType.INSTANCE)
                    .tags(tag -> tag.key("argus:cluster").value("argus")));
  }

  @Test
  void aLaunchTemplateIsOkOrEachThingThatIsNotSafeIsFoundOut() {
    LaunchTemplateCheck check = new LaunchTemplateCheck(cluster(aws), findings);
    check.judge(launchTemplate().build());
    assertThat(told).hasSize(5).extracting(Finding::status).containsOnly(Status.OK);
    told.clear();
    check.judge(
        ResponseLaunchTemplateData.builder()
            .metadataOptions(m -> m.httpPutResponseHopLimit(2))
            .blockDeviceMappings(b -> b.ebs(e -> e.encrypted(false)))
            .build());
    assertThat(told).hasSize(5).extracting(Finding::status).containsOnly(Status.FAIL);
  }

  @Test
  void aQuotaThatIsTooSmallIsToldWithTheCommandThatAsksForMore() {
    QuotaCheck check = new QuotaCheck(cluster(aws), findings);
    check.judge("on-demand", "L-1216C47A", 40, 64);
    check.judge("on-demand", "L-1216C47A", 40, 16);
    assertThat(told).extracting(Finding::status).containsExactly(Status.OK, Status.FAIL);
    assertThat(told.get(1).line())
        .contains("40 needed, 16 allowed", "--quota-code L-1216C47A --desired-value 40");
  }

  @Test
  void aTypeIsStandardByTheLettersBeforeItsFirstDigit() {
    assertThat(
            List.of(
                "a1.large",
                "c7i.large",
                "d3en.xlarge",
                "h1.2xlarge",
                "i7ie.large",
                "im4gn.large",
                "is4gen.large",
                "m7i-flex.large",
                "r6i.large",
                "t3.small",
                "z1d.large"))
        .allMatch(QuotaCheck::isStandard);
    assertThat(
            List.of(
                "inf1.xlarge",
                "trn1.2xlarge",
                "mac1.metal",
                "mac2-m2.metal",
                "hpc7a.12xlarge",
                "dl1.24xlarge",
                "g5.xlarge",
                "p4d.24xlarge",
                "x2idn.large",
                "u-6tb1.metal",
                "u7i-12tb.224xlarge",
                "vt1.3xlarge",
                "f1.2xlarge",
                ""))
        .noneMatch(QuotaCheck::isStandard);
  }

  @Test
  void aLoadBalancersOwnNameGetsNoPhotoAndTheAdviceSaysWhatWould() throws Exception {
    Cluster balanced =
        new Cluster(
            aws,
            ArgusSettings.load(Map.of()),
            Optional.empty(),
            Optional.of(
                new Stack.Description(
                    "arn:stack",
                    StackStatus.CREATE_COMPLETE,
                    Map.of(),
                    Map.of("Url", "https://balancer.invalid"))),
            List.of());
    new RoundTrip(balanced, Optional.empty(), findings).run();
    assertThat(told).extracting(Finding::status).containsExactly(Status.SKIP);
    assertThat(told.get(0).line()).contains("--url https://NAME", "CNAME of balancer.invalid");
  }

  @Test
  void onlyARecognisedPizzaIsARoundTrip() throws Exception {
    RoundTrip trip = new RoundTrip(cluster(aws), Optional.empty(), findings);
    URI url = URI.create("http://web:8000");
    trip.judge(
        url, 200, "{\"status\":\"recognised\",\"label\":\"pizza\"}", Duration.ofMillis(1500));
    trip.judge(url, 200, "{\"status\":\"recognised\",\"label\":\"tabby\"}", Duration.ZERO);
    trip.judge(url, 200, "{\"status\":\"failed\"}", Duration.ZERO);
    trip.judge(url, 504, "{\"detail\":\"late\"}", Duration.ZERO);
    trip.judge(url, 401, "", Duration.ZERO);
    assertThat(told)
        .extracting(Finding::status)
        .containsExactly(Status.OK, Status.FAIL, Status.FAIL, Status.FAIL, Status.FAIL);
    assertThat(told.get(0).line()).contains("is a pizza after 1.5 s");
    assertThat(told.get(4).line()).contains("token");
  }

  @Test
  void theSettingsOfAStackDoNotOverrideThoseThatAreSet() {
    assertThat(
            Doctor.settingsOf(
                Map.of("InputBucket", "in", "OutputBucket", "out"),
                Map.of("ARGUS_NAMES_OUTPUT_BUCKET", "mine")))
        .containsEntry("ARGUS_NAMES_INPUT_BUCKET", "in")
        .containsEntry("ARGUS_NAMES_OUTPUT_BUCKET", "mine");
  }
}
