package dev.argus.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * boto3 and the AWS CLI against the embedded EC2, S3 and SQS: clients that nobody here wrote expect
 * what AWS does. What they are asked is in {@code foreign/clients.py}.
 */
class ForeignClientsIT {
  private static final Path PYTHON = Path.of("target/python/bin/python");
  private static final Path SCRIPT = Path.of("src/test/resources/foreign/clients.py");

  /** Set where its absence must be a failure. */
  private static final String REQUIRED = "ARGUS_CI_REQUIRE_PYTHON";

  private static final int PATIENCE_MINUTES = 5;

  @TempDir Path dir;
  private final Credentials credentials = Credentials.random();
  private EmbeddedSqs sqs;
  private EmbeddedS3 s3;
  private EmbeddedEc2 ec2;

  @BeforeEach
  void start() {
    if (!Files.isExecutable(PYTHON)) {
      assertThat(System.getenv(REQUIRED))
          .as(PYTHON + " is missing, and " + REQUIRED + " says that it must not be; see .ci/run")
          .isNotEqualTo("true");
      assumeTrue(false, "there is no " + PYTHON + "; .ci/run installs it");
    }
    sqs = EmbeddedSqs.start(Optional.empty(), 0, credentials);
    s3 = EmbeddedS3.start(dir.resolve("s3"), 0, credentials);
    ec2 =
        EmbeddedEc2.start(dir, 0, credentials, Map.of(), Ec2Options.defaults(), Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    if (ec2 != null) {
      ec2.close();
      s3.close();
      sqs.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ec2", "templates", "signatures", "s3", "sqs", "cli"})
  void findWhatTheyExpectOfAws(String part) throws Exception {
    Path output = dir.resolve("output");
    ProcessBuilder python =
        new ProcessBuilder(PYTHON.toString(), SCRIPT.toString(), part)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    python.environment().clear();
    python.environment().putAll(environment());
    Process process = python.start();
    boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    String said = Files.readString(output);
    assertThat(ended).as("the clients end; so far they said: " + said).isTrue();
    assertThat(process.waitFor()).as(said).isZero();
  }

  /** As in {@code aws.env}, and nothing of this machine's own configuration of AWS. */
  private Map<String, String> environment() {
    Map<String, String> variables = new HashMap<>();
    variables.put("PATH", System.getenv("PATH"));
    variables.put("HOME", dir.toString());
    variables.put("AWS_EC2_METADATA_DISABLED", "true");
    variables.put("AWS_ACCESS_KEY_ID", credentials.accessKeyId());
    variables.put("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey());
    variables.put("AWS_DEFAULT_REGION", LocalAccount.REGION);
    variables.put("AWS_ENDPOINT_URL_SQS", sqs.endpoint().toString());
    variables.put("AWS_ENDPOINT_URL_S3", s3.endpoint().toString());
    variables.put("AWS_ENDPOINT_URL_EC2", ec2.endpoint().toString());
    return variables;
  }
}
