package dev.argus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.argus.aws.MissingCredentialsException;
import dev.argus.config.ArgusSettings;
import dev.argus.deploy.Finding.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;

/** What a cluster is called, and what is looked at where there is none or nobody may look. */
class DoctorStartTest {
  private static final String INPUT = "argus-input-123456789012-eu-west-1";

  private final FakeServices aws = new FakeServices();
  private final List<Finding> told = new ArrayList<>();
  private Map<String, String> environment = Map.of();

  @AfterEach
  void close() {
    aws.close();
  }

  private ArgusSettings settings(Map<String, String> outputs) {
    return ArgusSettings.load(Doctor.settingsOf(outputs, environment));
  }

  private List<Finding> examine() throws Exception {
    return new Doctor(aws, this::settings, new Doctor.Options(Optional.empty(), true), told::add)
        .examine();
  }

  @Test
  void withoutCredentialsOneLineSaysWhatToDoAndOneThatNothingElseIsLookedAt() throws Exception {
    aws.unknownCaller =
        new MissingCredentialsException(SdkClientException.create("a page of text"));
    assertThat(examine())
        .extracting(Finding::status, Finding::check)
        .containsExactly(
            tuple(Status.FAIL, "credentials"),
            tuple(Status.OK, "region"),
            tuple(Status.SKIP, "all else"));
    assertThat(told.get(0).line())
        .contains("AWS_PROFILE", "aws sso login")
        .doesNotContain("a page of text");
  }

  @Test
  void credentialsThatAwsDoesNotTakeEndTheLookToo() throws Exception {
    aws.unknownCaller = SdkClientException.create("ExpiredToken");
    assertThat(examine()).hasSize(3).last().extracting(Finding::status).isEqualTo(Status.SKIP);
    assertThat(told.get(0).line()).contains("ExpiredToken", "log in again");
  }

  @Test
  void beforeProvisionTheMissingStackIsToldAndNothingThatItWouldHave() throws Exception {
    assertThat(examine()).hasSize(4).filteredOn(Finding::failed).hasSize(1);
    assertThat(told.get(2).line()).startsWith("FAIL stack").contains("run argus provision");
    assertThat(told.get(3).line()).startsWith("skip all else").contains("there is no stack");
  }

  @Test
  void aStackThatNobodyMayLookAtHasTheNamesOfTheTemplate() throws Exception {
    aws.cloudFormation.hidden = true;
    IdentityChecks identity = new IdentityChecks(aws, new Findings(told::add));
    assertThat(identity.run(this::settings).settings().names().inputBucket()).isEqualTo(INPUT);
    assertThat(identity.nothingToLookAt()).isEmpty();
  }

  @Test
  void bucketsThatAreNamedAreLookedAtWithoutAStack() throws Exception {
    environment =
        Map.of(
            "ARGUS_NAMES_INPUT_BUCKET", "mine-in",
            "ARGUS_NAMES_OUTPUT_BUCKET", "mine-out",
            "ARGUS_NAMES_STATE_BUCKET", "mine-state");
    IdentityChecks identity = new IdentityChecks(aws, new Findings(told::add));
    assertThat(identity.run(this::settings).settings().names().inputBucket()).isEqualTo("mine-in");
    assertThat(identity.nothingToLookAt()).isEmpty();
  }

  @Test
  void aClusterIsFoundByItsOutputsElseByTheNamesThatItsStackWouldHave() {
    assertThat(Doctor.outputs(aws, "argus")).containsEntry("InputBucket", INPUT);
    aws.cloudFormation.hidden = true;
    assertThat(Doctor.outputs(aws, "argus")).containsEntry("InputBucket", INPUT);
    aws.cloudFormation.hidden = false;
    aws.cloudFormation.status = "CREATE_COMPLETE";
    aws.cloudFormation.outputs.put("InputBucket", "in-of-the-stack");
    assertThat(Doctor.outputs(aws, "argus"))
        .containsEntry("InputBucket", "in-of-the-stack")
        .containsEntry("StateBucket", "argus-state-123456789012-eu-west-1");
    aws.unknownCaller = new MissingCredentialsException(SdkClientException.create("none"));
    assertThatThrownBy(() -> Doctor.outputs(aws, "argus"))
        .isInstanceOf(MissingCredentialsException.class);
  }

  @Test
  void onlyWhoNamesAllBucketsNeedsNoStackForIt() {
    Map<String, String> names = new HashMap<>();
    names.put("ARGUS_NAMES_INPUT_BUCKET", "a");
    names.put("ARGUS_NAMES_OUTPUT_BUCKET", "b");
    assertThat(Doctor.namesBuckets(names)).isFalse();
    names.put("ARGUS_NAMES_STATE_BUCKET", "c");
    assertThat(Doctor.namesBuckets(names)).isTrue();
  }

  @Test
  void aBucketThatCannotBeAskedIsAFindingAndTheLookGoesOn() throws Exception {
    S3Client broken =
        new S3Client() {
          @Override
          public HeadBucketResponse headBucket(HeadBucketRequest request) {
            throw SdkClientException.create("connection refused");
          }

          @Override
          public String serviceName() {
            return SERVICE_NAME;
          }

          @Override
          public void close() {}
        };
    try (Services services =
        new Services(aws.environment(), Map.of()) {
          @Override
          S3Client s3() {
            return broken;
          }
        }) {
      new BucketChecks(
              new Doctor.Cluster(
                  services, settings(Map.of()), Optional.empty(), Optional.empty(), List.of()),
              new Findings(told::add))
          .run();
    }
    assertThat(told).hasSize(3).allMatch(Finding::failed);
    assertThat(told.get(0).line())
        .contains("connection refused", "argus doctor")
        .doesNotContain("goes on");
  }
}
