package dev.argus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.ArgusSettings;
import dev.argus.config.InvalidSettingException;
import dev.argus.deploy.ProvisionReport.Outcome;
import dev.argus.simulation.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudformation.model.CreateChangeSetRequest;
import software.amazon.awssdk.services.cloudformation.model.CreateStackRequest;
import software.amazon.awssdk.services.cloudformation.model.DeleteStackRequest;
import software.amazon.awssdk.services.cloudformation.model.UpdateStackRequest;
import software.amazon.awssdk.services.ssm.model.ParameterType;

class ProvisionTest {
  private static final Map<String, String> ALLOWED = Map.of("AllowedCidr", "203.0.113.0/24");

  @TempDir private Path directory;
  private final FakeServices aws = new FakeServices();
  private final SettableClock clock = new SettableClock();
  private final Listener listener = new Listener();
  private final List<String> said = listener.said;
  private Path template;
  private Path release;

  @BeforeEach
  void aTemplateAndARelease() throws IOException {
    StringBuilder text = new StringBuilder("Parameters:\n");
    for (String name : List.of("Prefix", "AllowedCidr", "VpcId", "Subnets")) {
      text.append("  ").append(name).append(":\n    Type: String\n");
    }
    Map.of(
            "ReleaseKey", "\"\"",
            "ReleaseSha256", "\"\"",
            "CertificateArn", "\"\"",
            "AlarmEmail", "\"\"",
            "AppInstanceTypes", "c7i.large,c6i.large",
            "WebInstanceType", "t3.small",
            "WebNodes", "1",
            "MinWorkers", "0",
            "MaxWorkers", "19",
            "Purchase", "on-demand")
        .forEach(
            (name, value) ->
                text.append("  %s:%n    Type: String%n    Default: %s%n".formatted(name, value)));
    text.append("Resources:\n  RequestQueue:\n    Type: AWS::SQS::Queue\n");
    template = Files.writeString(directory.resolve("argus.yaml"), text);
    release = directory.resolve("argus-1.0.0.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(release))) {
      out.putNextEntry(new ZipEntry("SHA256SUMS"));
      out.putNextEntry(new ZipEntry("deploy/argus.yaml"));
    }
  }

  @AfterEach
  void close() {
    aws.close();
  }

  private ProvisionReport provision(Map<String, String> given, boolean update, boolean dryRun)
      throws Exception {
    return provision(given, update, dryRun, Duration.ZERO);
  }

  private ProvisionReport provision(
      Map<String, String> given, boolean update, boolean dryRun, Duration patience)
      throws Exception {
    return new Provision(
            aws,
            ArgusSettings.load(Map.of()),
            listener,
            new Poll(clock, clock::advance),
            new Random(1))
        .run(
            new ProvisionOptions(
                given, template, release, Optional.empty(), update, dryRun, patience));
  }

  private ProvisionReport deployed() throws Exception {
    ProvisionReport report = provision(ALLOWED, false, false);
    aws.cloudFormation.template = Files.readString(template);
    said.clear();
    aws.cloudFormation.calls.clear();
    return report;
  }

  @Test
  void theFirstTimeComeTokensBucketsTheReleaseAndThenTheWholeStack() throws Exception {
    ProvisionReport report = provision(ALLOWED, false, false);
    assertThat(report.outcome()).isEqualTo(Outcome.DEPLOYED);
    assertThat(aws.cloudFormation.calls).hasSize(2).first().isInstanceOf(CreateStackRequest.class);
    assertThat(((CreateStackRequest) aws.cloudFormation.calls.get(0)).templateBody())
        .contains("argus-release-123456789012-eu-west-1");
    UpdateStackRequest whole = (UpdateStackRequest) aws.cloudFormation.calls.get(1);
    assertThat(whole.templateBody()).isEqualTo(Files.readString(template));
    assertThat(aws.s3.objects).containsOnlyKeys(report.release());
    assertThat(aws.cloudFormation.parameters)
        .containsEntry("Prefix", "argus")
        .containsEntry("VpcId", "vpc-1")
        .containsEntry("Subnets", "subnet-a,subnet-b")
        .containsEntry("ReleaseKey", report.release())
        .containsKey("ReleaseSha256");
    assertThat(aws.s3.objects.get(report.release()).checksumSHA256()).isNotEmpty();
    assertThat(aws.ssm.parameters)
        .containsOnlyKeys(
            "/argus/argus/operator-token",
            "/argus/argus/user-token",
            "/argus/argus/webhook-secret");
  }

  @Test
  void tokensAreSecureStringsThatNobodyIsToldAndThatStay() throws Exception {
    provision(ALLOWED, false, false);
    var token = aws.ssm.parameters.get("/argus/argus/user-token");
    assertThat(token.type()).isEqualTo(ParameterType.SECURE_STRING);
    assertThat(token.value()).hasSize(43).matches("[A-Za-z0-9_-]+");
    assertThat(token.value())
        .isNotEqualTo(aws.ssm.parameters.get("/argus/argus/operator-token").value());
    assertThat(said).noneMatch(line -> line.contains(token.value()));
    assertThat(said).anyMatch(line -> line.contains("aws ssm get-parameter"));
    aws.cloudFormation.template = Files.readString(template);
    provision(Map.of(), false, false);
    assertThat(aws.ssm.parameters.get("/argus/argus/user-token").value()).isEqualTo(token.value());
  }

  @Test
  void theSecretOfWebhooksIsOneThatWebNodesTake() throws Exception {
    provision(ALLOWED, false, false);
    var secret = aws.ssm.parameters.get("/argus/argus/webhook-secret");
    assertThat(secret.type()).isEqualTo(ParameterType.SECURE_STRING);
    assertThat(said).noneMatch(line -> line.contains(secret.value()));
    ArgusSettings node = ArgusSettings.load(Map.of("ARGUS_WEB_CALLBACKS_SECRET", secret.value()));
    assertThat(node.web().callbacks().signingSecrets()).hasSize(1);
  }

  @Test
  void aClusterFromBeforeWebhooksGetsTheirSecretWithItsNextUpdate() throws Exception {
    deployed();
    var token = aws.ssm.parameters.get("/argus/argus/user-token");
    aws.ssm.parameters.remove("/argus/argus/webhook-secret");
    provision(Map.of(), true, false);
    assertThat(aws.ssm.parameters)
        .containsKey("/argus/argus/webhook-secret")
        .containsEntry("/argus/argus/user-token", token);
  }

  @Test
  void aSecondRunChangesNothingAndSaysSo() throws Exception {
    deployed();
    assertThat(provision(Map.of(), false, false).outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(aws.cloudFormation.calls).isEmpty();
    assertThat(said).anyMatch(line -> line.startsWith("Nothing to change"));
  }

  @Test
  void webNodesThatATearDownHasEndedAreStartedAgainIfThatIsAgreedTo() throws Exception {
    deployed();
    aws.cloudFormation.parameters.put("WebNodes", "2");
    aws.cloudFormation.parameters.put("CertificateArn", "arn:certificate");
    aws.autoScaling.webNodes = 0;
    provision(Map.of(), false, true);
    assertThat(said).anyMatch(line -> line.contains("would be started again"));
    listener.answer = false;
    assertThat(provision(Map.of(), false, false).outcome()).isEqualTo(Outcome.DECLINED);
    assertThat(aws.autoScaling.webNodes).isZero();
    listener.answer = true;
    assertThat(provision(Map.of(), false, false).outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(aws.autoScaling.webNodes).isEqualTo(2);
    assertThat(aws.cloudFormation.calls).isEmpty();
    assertThat(said).anyMatch(line -> line.contains("Started 2 web node(s) again"));
  }

  @Test
  void whatDiffersIsToldAndChangedOnlyByAnUpdate() throws Exception {
    deployed();
    assertThat(provision(Map.of("MaxWorkers", "5"), false, false).outcome())
        .isEqualTo(Outcome.UPDATE_AVAILABLE);
    assertThat(aws.cloudFormation.calls).isEmpty();
    assertThat(said).anyMatch(line -> line.contains("MaxWorkers: empty, and 5 is asked for"));
    assertThat(said).anyMatch(line -> line.contains("--update"));
    assertThat(provision(Map.of("MaxWorkers", "5"), true, false).outcome())
        .isEqualTo(Outcome.DEPLOYED);
    assertThat(aws.cloudFormation.parameters).containsEntry("MaxWorkers", "5");
    assertThat(said).anyMatch(line -> line.contains("no work is lost"));
  }

  @Test
  void aDryRunTellsWhatAndWhatItCostsAndDoesNothing() throws Exception {
    ProvisionReport report = provision(ALLOWED, false, true);
    assertThat(report.outcome()).isEqualTo(Outcome.PLANNED);
    assertThat(report.changes()).containsExactly("create RequestQueue (AWS::SQS::Queue)");
    assertThat(said).anyMatch(line -> line.startsWith("Idle it costs about $"));
    assertThat(aws.cloudFormation.calls).isEmpty();
    assertThat(aws.ssm.parameters).isEmpty();
    assertThat(aws.s3.objects).isEmpty();
  }

  @Test
  void aDryRunOfAnUpdateAsksCloudFormationAndForgetsTheAnswer() throws Exception {
    deployed();
    aws.s3.objects.clear();
    assertThat(provision(Map.of("MaxWorkers", "5"), true, true).outcome())
        .isEqualTo(Outcome.PLANNED);
    assertThat(aws.cloudFormation.calls)
        .hasSize(2)
        .first()
        .isInstanceOf(CreateChangeSetRequest.class);
    assertThat(((CreateChangeSetRequest) aws.cloudFormation.calls.get(0)).templateBody())
        .isEqualTo(Files.readString(template));
    assertThat(aws.cloudFormation.parameters).doesNotContainKey("MaxWorkers");
    assertThat(aws.s3.objects).isEmpty();
  }

  @Test
  void whatCloudFormationWouldRefuseIsRefusedBeforeAnythingIsCalled() throws Exception {
    Files.writeString(
        template,
        Files.readString(template)
            .replace("  AllowedCidr:\n", "  AllowedCidr:\n    AllowedPattern: \"[0-9.]+/24\"\n"));
    aws.unknownCaller = new IllegalStateException("AWS was called");
    assertThatThrownBy(() -> provision(Map.of("AllowedCidr", "0.0.0.0/0"), false, true))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("AllowedCidr");
    aws.unknownCaller = null;
    Map<String, String> several = Map.of("AllowedCidr", "203.0.113.0/24", "WebNodes", "2");
    for (boolean dryRun : List.of(true, false)) {
      assertThatThrownBy(() -> provision(several, false, dryRun))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("--certificate-arn");
    }
    assertThat(aws.cloudFormation.calls).isEmpty();
    assertThat(aws.ssm.parameters).isEmpty();
    assertThat(aws.s3.objects).isEmpty();
  }

  @Test
  void aTemplateThatIsTooLongForCloudFormationIsRefused() throws Exception {
    Files.writeString(template, Files.readString(template) + "#".repeat(51_200));
    assertThatThrownBy(() -> provision(ALLOWED, false, true))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("51,200");
  }

  @Test
  void spotComesWithWhatAnAccountNeedsOnceForIt() throws Exception {
    provision(ALLOWED, false, true);
    assertThat(said).noneMatch(line -> line.contains("create-service-linked-role"));
    Map<String, String> spot = new HashMap<>(ALLOWED);
    spot.put("Purchase", "spot-then-on-demand");
    provision(spot, false, true);
    assertThat(said)
        .anyMatch(
            line ->
                line.contains(
                    "aws iam create-service-linked-role --aws-service-name spot.amazonaws.com"));
  }

  @Test
  void aReleaseWithoutABillOfMaterialsIsToldOf() throws Exception {
    provision(ALLOWED, false, true);
    assertThat(said).anyMatch(line -> line.contains("no bill of materials"));
    said.clear();
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(release))) {
      for (String name : List.of("SHA256SUMS", "deploy/argus.yaml", "argus-sbom.json")) {
        out.putNextEntry(new ZipEntry(name));
      }
    }
    provision(ALLOWED, false, true);
    assertThat(said).noneMatch(line -> line.contains("bill of materials"));
  }

  /** The machine of a web node that cannot be installed is gone, and never logged to CloudWatch. */
  @Test
  void whereNoWebNodeGetsReadyTheInstallStageOfTheLatestIsHeard() throws Exception {
    for (String id : List.of("i-1", "i-2")) {
      aws.ec2.instances.add(
          FakeEc2.instance(id, "argus", "web-instance").toBuilder()
              .launchTime(Instant.EPOCH.plusSeconds(id.equals("i-1") ? 20 : 10))
              .build());
    }
    aws.ec2.consoles.put("i-2", "[ 9.1] cloud-init[9]: argus: install: of another\n");
    aws.ec2.consoles.put(
        "i-1",
        """
        [    8.0] cloud-init[2100]: Cloud-init v. 22.2.2 running
        [    9.1] cloud-init[2100]: argus: install: the release cannot be fetched from s3://a/b
        [    9.2] cloud-init[2100]: argus: install: failed; the machine is switched off
        """);
    ProvisionReport report = provision(ALLOWED, false, false, Duration.ofMinutes(10));
    assertThat(report.ready()).isFalse();
    assertThat(said)
        .contains(
            "i-1: the release cannot be fetched from s3://a/b",
            "i-1: failed; the machine is switched off")
        .noneMatch(line -> line.contains("Cloud-init") || line.contains("of another"));
  }

  @Test
  void whenTheAnswerIsNoNothingIsMade() throws Exception {
    listener.answer = false;
    assertThat(provision(ALLOWED, false, false).outcome()).isEqualTo(Outcome.DECLINED);
    assertThat(aws.cloudFormation.calls).isEmpty();
    assertThat(aws.ssm.parameters).isEmpty();
  }

  @Test
  void afterAFailureTheNextRunGoesOnFromTheBuckets() throws Exception {
    aws.cloudFormation.refusal = "Parameter AllowedCidr failed to satisfy constraint";
    assertThatThrownBy(() -> provision(ALLOWED, false, false))
        .isInstanceOf(DeployException.class)
        .hasMessageContaining("AllowedCidr");
    aws.cloudFormation.refusal = "";
    aws.cloudFormation.calls.clear();
    assertThat(provision(ALLOWED, false, false).outcome()).isEqualTo(Outcome.DEPLOYED);
    assertThat(aws.cloudFormation.calls).noneMatch(CreateStackRequest.class::isInstance);
    assertThat(said).anyMatch(line -> line.contains("uploaded already"));
  }

  @Test
  void aStackThatFailedIsRemovedFirstIfThatIsAgreedTo() throws Exception {
    aws.cloudFormation.status = "ROLLBACK_COMPLETE";
    listener.answer = false;
    assertThat(provision(ALLOWED, false, false).outcome()).isEqualTo(Outcome.DECLINED);
    assertThat(aws.cloudFormation.calls).isEmpty();
    assertThat(said).anyMatch(line -> line.contains("Its buckets stay"));
    listener.answer = true;
    assertThat(provision(ALLOWED, false, false).outcome()).isEqualTo(Outcome.DEPLOYED);
    assertThat(aws.cloudFormation.calls).first().isInstanceOf(DeleteStackRequest.class);
  }

  @Test
  void aStackThatIsBeingChangedOrStuckIsLeftAlone() {
    aws.cloudFormation.status = "UPDATE_IN_PROGRESS";
    assertThatThrownBy(() -> provision(ALLOWED, false, false))
        .hasMessageContaining("something else is changing it");
    aws.cloudFormation.status = "UPDATE_ROLLBACK_FAILED";
    assertThatThrownBy(() -> provision(ALLOWED, false, false))
        .hasMessageContaining("continue-update-rollback --stack-name argus");
  }

  @Test
  void whatMustBeSaidIsAskedFor() {
    assertThatThrownBy(() -> provision(Map.of(), false, false))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("--allowed-cidr");
    aws.ec2.hasDefaultVpc = false;
    assertThatThrownBy(() -> provision(ALLOWED, false, false))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("no default VPC")
        .hasMessageContaining("--vpc");
  }
}
