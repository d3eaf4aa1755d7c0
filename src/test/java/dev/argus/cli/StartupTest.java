package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.aws.AwsEnvironment;
import dev.argus.aws.MissingCredentialsException;
import dev.argus.deploy.Finding;
import dev.argus.deploy.Finding.Status;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;

/** What commands for operators have in common: the names of the cluster, and exit codes. */
class StartupTest {
  private static AwsEnvironment aws(AwsCredentialsProvider credentials, Optional<URI> endpoint) {
    return new AwsEnvironment(Region.EU_WEST_1, credentials, endpoint, endpoint, endpoint);
  }

  @Test
  void whereSqsAndS3AreNotOfAwsTheNamesAreThoseOfTheSettings() {
    // As the aws.env of argus local has it: no stack is asked for, or this would fail.
    var settings =
        Startup.ofCluster(
            aws(
                AnonymousCredentialsProvider.create(),
                Optional.of(URI.create("http://127.0.0.1:1"))),
            Map.of());
    assertThat(settings.names().inputBucket()).isEqualTo("argus-input");
  }

  @Test
  void namesThatAreSetStayWithoutAQuestionToAws() {
    var settings =
        Startup.ofCluster(
            aws(AnonymousCredentialsProvider.create(), Optional.empty()),
            Map.of(
                "ARGUS_NAMES_INPUT_BUCKET", "mine-in",
                "ARGUS_NAMES_OUTPUT_BUCKET", "mine-out",
                "ARGUS_NAMES_STATE_BUCKET", "mine-state"));
    assertThat(settings.names().stateBucket()).isEqualTo("mine-state");
  }

  @Test
  void withoutCredentialsThatIsSaidOnceAndIsAUsageError() {
    MissingCredentialsException none =
        new MissingCredentialsException(SdkClientException.create("none"));
    assertThatThrownBy(
            () ->
                Startup.ofCluster(
                    aws(
                        () -> {
                          throw none;
                        },
                        Optional.empty()),
                    Map.of()))
        .isSameAs(none);
    assertThat(Main.exitCode(none)).isEqualTo(2);
    assertThat(Main.exitCode(SdkClientException.create("other"))).isEqualTo(1);
  }

  @Test
  void theExitCodeOfDoctorTellsCredentialsFromTheCluster() {
    Finding credentials = new Finding(Status.FAIL, "credentials", "none", "log in");
    Finding queue = new Finding(Status.FAIL, "queue a", "gone", "make it");
    Finding skipped = new Finding(Status.SKIP, "credentials", "no STS", "");
    assertThat(DoctorCommand.exitCode(List.of(credentials))).isEqualTo(2);
    assertThat(DoctorCommand.exitCode(List.of(skipped, queue))).isEqualTo(1);
    assertThat(DoctorCommand.exitCode(List.of(skipped))).isZero();
  }

  @Test
  void aNegativeWaitIsRefused() {
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(new ProvisionCommand())
            .setErr(new PrintWriter(err, true))
            .execute("--dry-run", "--wait", "-5");
    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("--wait: expected 0 or more seconds, found -5");
  }
}
