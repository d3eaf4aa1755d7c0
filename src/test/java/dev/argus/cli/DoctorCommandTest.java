package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.aws.AwsEnvironment;
import dev.argus.aws.BucketSetup;
import dev.argus.aws.QueueSetup;
import dev.argus.config.ArgusSettings;
import dev.argus.deploy.Services;
import dev.argus.localaws.Credentials;
import dev.argus.localaws.Ec2Options;
import dev.argus.localaws.EmbeddedS3;
import dev.argus.localaws.LocalAws;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

class DoctorCommandTest {
  // The first calls of a process are slow.
  private static final ArgusSettings SETTINGS =
      ArgusSettings.load(Map.of("ARGUS_AWS_CALL_TIMEOUT", "60s"));

  @TempDir Path data;

  private static void put(ObjectStore store, Bucket bucket, String key, String content) {
    store
        .put(bucket, key, new StoredObject(ByteString.fromString(content), "text/plain", Map.of()))
        .toCompletableFuture()
        .join();
  }

  private static PhotoId accepted(ObjectStore store) {
    PhotoId id = PhotoId.random();
    put(store, Bucket.INPUT, ObjectKeys.photo(id), "photo");
    return id;
  }

  private static void answered(ObjectStore store, ClassifyReply reply) {
    put(store, Bucket.OUTPUT, ObjectKeys.result(reply.id()), Codec.toJson(reply));
  }

  private static int doctor(AwsEnvironment aws, StringWriter out, String... args) throws Exception {
    DoctorCommand doctor = new DoctorCommand();
    CommandLine commandLine = new CommandLine(doctor).setOut(new PrintWriter(out, true));
    commandLine.parseArgs(args);
    return doctor.count(SETTINGS, aws);
  }

  @Test
  void itCountsTheLedgerOfARealStoreAndExitsWith1OnceAResultCannotBeRead() throws Exception {
    Credentials credentials = Credentials.random();
    try (EmbeddedS3 s3 = EmbeddedS3.start(data, 0, credentials)) {
      AwsEnvironment aws =
          new AwsEnvironment(
              Region.US_EAST_1,
              StaticCredentialsProvider.create(
                  AwsBasicCredentials.create(
                      credentials.accessKeyId(), credentials.secretAccessKey())),
              Optional.empty(),
              Optional.of(s3.endpoint()),
              Optional.empty());
      PhotoId odd;
      try (Ports ports = new Ports(SETTINGS, aws)) {
        new BucketSetup(ports.system(), aws, SETTINGS.aws())
            .ensureBuckets(SETTINGS.names())
            .toCompletableFuture()
            .join();
        ObjectStore store = ports.store();
        answered(
            store,
            new ClassifyReply.Recognised(
                accepted(store), "a", List.of(new Prediction("cat", 1)), "m"));
        answered(
            store,
            new ClassifyReply.Failed(
                accepted(store), "b", Problem.Kind.DEAD_LETTERED.because("five times")));
        odd = accepted(store);
      }
      StringWriter out = new StringWriter();
      assertThat(doctor(aws, out, "--ledger", "--json")).isZero();
      JsonNode json = new ObjectMapper().readTree(out.toString());
      assertThat(json.get("accepted").asInt()).isEqualTo(3);
      assertThat(json.get("answered").asInt()).isEqualTo(1);
      assertThat(json.get("deadLettered").asInt()).isEqualTo(1);
      assertThat(json.get("pending").asInt()).isEqualTo(1);
      assertThat(json.get("holds").asBoolean()).isTrue();

      try (Ports ports = new Ports(SETTINGS, aws)) {
        put(ports.store(), Bucket.OUTPUT, ObjectKeys.result(odd), "garbage");
      }
      out = new StringWriter();
      assertThat(doctor(aws, out, "--ledger")).isEqualTo(1);
      assertThat(out.toString())
          .contains("does not hold: 3 accepted, but 2 in a state", odd.toString());
    }
  }

  @Test
  void onTheEmbeddedServicesItFindsWhatIsThereAndSaysWhatCannotBe() throws Exception {
    try (LocalAws aws =
        LocalAws.start(
            data.resolve("doctor"), Map.of(), Ec2Options.defaults(), Clock.systemUTC())) {
      AwsEnvironment environment = LocalCluster.environmentOf(aws);
      try (Ports ports = new Ports(SETTINGS, environment)) {
        new BucketSetup(ports.system(), environment, SETTINGS.aws())
            .ensureBuckets(SETTINGS.names())
            .toCompletableFuture()
            .join();
        new QueueSetup(ports.clients().sqs())
            .create(SETTINGS.names(), Duration.ofSeconds(30), 1000)
            .toCompletableFuture()
            .join();
      }
      StringWriter out = new StringWriter();
      DoctorCommand doctor = new DoctorCommand();
      new CommandLine(doctor).setOut(new PrintWriter(out, true)).parseArgs("--no-round-trip");
      int code;
      try (Services services = new Services(environment, Map.of())) {
        code = doctor.examine(services, Map.of());
      }
      assertThat(out.toString().lines())
          .as(out.toString())
          .noneMatch(line -> line.startsWith("FAIL"))
          .anyMatch(line -> line.startsWith("skip credentials: there is no sts here"))
          .anyMatch(line -> line.startsWith("skip stack"))
          .anyMatch(line -> line.startsWith("ok   queue argus-requests redrive"))
          .anyMatch(line -> line.startsWith("ok   bucket argus-input: it is there"))
          .anyMatch(line -> line.startsWith("ok   may ec2:RunInstances"))
          .anyMatch(line -> line.startsWith("skip round trip"));
      assertThat(code).isZero();
    }
  }

  @Test
  void whatIsMissingIsSaidWithWhatToDo() throws Exception {
    try (LocalAws aws =
        LocalAws.start(data.resolve("empty"), Map.of(), Ec2Options.defaults(), Clock.systemUTC())) {
      StringWriter out = new StringWriter();
      DoctorCommand doctor = new DoctorCommand();
      new CommandLine(doctor)
          .setOut(new PrintWriter(out, true))
          .parseArgs("--no-round-trip", "--json");
      int code;
      try (Services services = new Services(LocalCluster.environmentOf(aws), Map.of())) {
        code = doctor.examine(services, Map.of());
      }
      assertThat(code).isEqualTo(1);
      JsonNode findings = new ObjectMapper().readTree(out.toString());
      assertThat(findings)
          .filteredOn(finding -> finding.get("status").asText().equals("fail"))
          .extracting(finding -> finding.get("check").asText())
          .contains("queue argus-requests", "bucket argus-input")
          .doesNotContain("credentials");
    }
  }
}
