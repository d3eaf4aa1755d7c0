package dev.argus.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.client.ArgusClient;
import dev.argus.client.ClientSettings;
import dev.argus.client.Photo;
import dev.argus.client.Result;
import dev.argus.client.Result.Recognised;
import dev.argus.protocol.PhotoId;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/**
 * A cluster's life on an AWS that others wrote: it is provisioned, examined, used and removed, each
 * step by the command that a user would run.
 *
 * <p>moto runs no machines: an app node is a process that this test starts with the settings in the
 * user data of the instance that the controller has launched there.
 */
class ProvisionIT {
  private static final Path PHOTO = Path.of("src/test/resources/photos/pizza.jpg");
  private static final Duration LONG = Duration.ofSeconds(120);
  private static final Pattern READY = Pattern.compile("Argus is ready at (http://\\S+)");

  @TempDir private static Path directory;
  private static Moto moto;
  private static MotoAccount account;
  private static Path release;

  @BeforeAll
  static void start() throws IOException {
    moto = new Moto(directory.resolve("moto.log"));
    account = new MotoAccount(moto.endpoint());
    // That of the build is large, and moto is slow to take it.
    release = directory.resolve("argus-0.0.1.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(release))) {
      for (String entry : List.of("SHA256SUMS", "deploy/argus.yaml")) {
        out.putNextEntry(new ZipEntry(entry));
        out.write(entry.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (moto != null) {
      account.close();
      moto.close();
    }
  }

  private static Script.Ended argus(Map<String, String> settings, String... arguments)
      throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(moto.environment());
    environment.putAll(settings);
    return Script.run(directory, environment, arguments);
  }

  /** With all that moto needs to be told: it does not read lists back as they were given. */
  private static Script.Ended provision(Map<String, String> settings, String... more)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "provision",
                "--release",
                release.toString(),
                "--vpc",
                account.defaultVpc(),
                "--subnets",
                String.join(",", account.subnets()),
                "--instance-types",
                "c7i.large,c6i.large",
                "--wait",
                "0"));
    arguments.addAll(List.of(more));
    return argus(settings, arguments.toArray(String[]::new));
  }

  @Test
  void aClusterIsProvisionedExaminedUsedAndRemoved() throws Exception {
    nothingIsMadeBeforeItIsAgreedTo();
    itIsMade();
    aSecondTimeNothingIsChanged();
    anUpdateChangesIt();
    theDoctorFindsWhatIsThere();
    PhotoId photo = photosAreAnsweredByANodeThatIsLaunchedAndEndsItself();
    itsStoryIsToldFromTheBucketsOfTheStack(photo);
    itIsRemoved();
  }

  private static void nothingIsMadeBeforeItIsAgreedTo() throws Exception {
    // With the release that was built with the jar that runs, and where the account has it all.
    Script.Ended dry =
        argus(Map.of(), "provision", "--allowed-cidr", "203.0.113.0/24", "--dry-run");
    assertThat(dry.code()).as(dry.err()).isZero();
    assertThat(dry.err())
        .contains("create RequestQueue (AWS::SQS::Queue)")
        .contains("Idle it costs about $", "this was a dry run");
    assertThat(account.stack("argus")).isEmpty();
    assertThat(account.buckets()).isEmpty();
    assertThat(account.parameter("/argus/argus/user-token")).isEmpty();
  }

  private static void itIsMade() throws Exception {
    Script.Ended made = provision(Map.of(), "--allowed-cidr", "203.0.113.0/24", "--yes", "--json");
    assertThat(made.code()).as(made.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(made.out());
    assertThat(report.get("outcome").asText()).isEqualTo("deployed");
    Map<String, String> outputs = account.outputs("argus");
    assertThat(outputs)
        .containsEntry("InputBucket", "argus-input-123456789012-us-east-1")
        .containsEntry("ReleaseBucket", "argus-release-123456789012-us-east-1")
        .containsKeys("AppLaunchTemplate", "RequestQueueUrl");
    assertThat(account.buckets()).contains(outputs.get("InputBucket"), outputs.get("StateBucket"));
    assertThat(account.queues()).contains("argus-requests", "argus-requests-dead");
    assertThat(
            account
                .s3()
                .headObject(
                    r -> r.bucket(outputs.get("ReleaseBucket")).key(report.get("release").asText()))
                .contentLength())
        .isEqualTo(Files.size(release));
    String token = account.parameter("/argus/argus/user-token").orElseThrow().value();
    assertThat(account.parameter("/argus/argus/operator-token").orElseThrow().typeAsString())
        .isEqualTo("SecureString");
    assertThat(account.parameter("/argus/argus/webhook-secret").orElseThrow().typeAsString())
        .isEqualTo("SecureString");
    assertThat(made.out() + made.err()).doesNotContain(token);
    assertThat(made.err()).contains("CREATE_COMPLETE", "UPDATE_COMPLETE");
  }

  private static void aSecondTimeNothingIsChanged() throws Exception {
    int events = account.events("argus");
    String token = account.parameter("/argus/argus/user-token").orElseThrow().value();
    Script.Ended again = provision(Map.of(), "--yes");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).contains("Nothing to change");
    assertThat(account.events("argus")).isEqualTo(events);
    assertThat(account.parameter("/argus/argus/user-token").orElseThrow().value()).isEqualTo(token);
  }

  private static void anUpdateChangesIt() throws Exception {
    Script.Ended updated = provision(Map.of(), "--yes", "--max-workers", "2", "--update");
    assertThat(updated.code()).as(updated.err()).isZero();
    assertThat(updated.err()).contains("no work is lost");
    assertThat(account.stack("argus").orElseThrow().parameters())
        .anyMatch(p -> p.parameterKey().equals("MaxWorkers") && p.parameterValue().equals("2"));
  }

  private static void theDoctorFindsWhatIsThere() throws Exception {
    Script.Ended doctor = argus(Map.of(), "doctor", "--no-round-trip");
    List<String> lines = doctor.out().lines().toList();
    assertThat(lines)
        .as(doctor.out() + doctor.err())
        .anyMatch(line -> line.startsWith("ok   credentials: arn:aws:sts::123456789012:"))
        .anyMatch(line -> line.startsWith("ok   stack: argus, UPDATE_COMPLETE"))
        .anyMatch(line -> line.startsWith("ok   queue argus-requests redrive"))
        .anyMatch(line -> line.startsWith("ok   bucket argus-input-123456789012-us-east-1"))
        .anyMatch(line -> line.startsWith("ok   secret /argus/argus/user-token"))
        .anyMatch(line -> line.startsWith("ok   secret /argus/argus/webhook-secret"))
        .anyMatch(line -> line.startsWith("ok   launch template IMDSv2"))
        .anyMatch(line -> line.startsWith("ok   may ec2:RunInstances"));
    assertThat(lines).noneMatch(line -> line.startsWith("FAIL"));
    assertThat(doctor.code()).isZero();
  }

  /** As docs/aws.md and the alarm tell an operator to ask: without names of buckets. */
  private static void itsStoryIsToldFromTheBucketsOfTheStack(PhotoId photo) throws Exception {
    Script.Ended story = argus(Map.of(), "story", photo.toString());
    assertThat(story.out()).as(story.err()).contains("accepted: ", "result stored: pizza");
    assertThat(story.code()).isZero();
    Script.Ended dead = argus(Map.of(), "dead", "list", "--json");
    assertThat(dead.code()).as(dead.err()).isZero();
    assertThat(new ObjectMapper().readTree(dead.out())).isEmpty();
  }

  /** Returns the id of a photo. */
  private static PhotoId photosAreAnsweredByANodeThatIsLaunchedAndEndsItself() throws Exception {
    Map<String, String> environment = new HashMap<>(moto.environment());
    environment.putAll(account.settingsOfLaunchTemplate("argus"));
    // Where this test is, instead of where a machine of EC2 is.
    environment.put("ARGUS_WEB_HOST", "127.0.0.1");
    environment.put("ARGUS_WEB_PORT", "0");
    environment.put("ARGUS_WORKER_IDLE_LIMIT", "2s");
    environment.put("ARGUS_WORKER_WATCHDOG_INTERVAL", "1s");
    environment.put("ARGUS_WORKER_RECEIVE_WAIT", "1s");
    try (Script web = Script.start(directory, environment, "web")) {
      await().atMost(LONG).until(() -> READY.matcher(web.out()).find() || !web.isAlive());
      Matcher ready = READY.matcher(web.out());
      assertThat(ready.find()).as(web.out() + web.err()).isTrue();
      return photosAreAnswered(URI.create(ready.group(1)));
    }
  }

  private static PhotoId photosAreAnswered(URI url) throws Exception {
    try (ArgusClient client = ArgusClient.create(ClientSettings.of(url))) {
      CompletableFuture<Result> result = client.send(Photo.of(PHOTO)).toCompletableFuture();

      await().atMost(LONG).until(() -> !account.appNodes("argus").isEmpty());
      Instance node = account.appNodes("argus").get(0);
      assertThat(node.tags())
          .anyMatch(t -> t.key().equals("Name") && t.value().equals("app-tier-instance-1"));

      Script.Ended refused = argus(Map.of(), "teardown", "--yes");
      assertThat(refused.code()).as(refused.err()).isEqualTo(1);
      assertThat(refused.err()).contains("Work is waiting: 1 in the queue", "--force");
      assertThat(account.stack("argus")).isPresent();

      Map<String, String> told = new HashMap<>(moto.environment());
      told.putAll(account.settingsOf(node));
      try (MetadataStub metadata = new MetadataStub(node.instanceId(), node.launchTime())) {
        told.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.endpoint());
        try (Script worker = Script.start(directory, told, "worker")) {
          await().atMost(LONG).until(result::isDone);
          assertThat(result.join())
              .as(worker.err())
              .isInstanceOfSatisfying(
                  Recognised.class, photo -> assertThat(photo.label()).isEqualTo("pizza"));
          await().atMost(LONG).until(() -> !worker.isAlive());
        }
      }
      await()
          .atMost(LONG)
          .until(
              () ->
                  account.appNodes("argus").stream()
                      .filter(i -> i.instanceId().equals(node.instanceId()))
                      .allMatch(i -> i.state().name() == InstanceStateName.TERMINATED));
      return ((Recognised) result.join()).id();
    }
  }

  private static void itIsRemoved() throws Exception {
    Script.Ended removed = argus(Map.of(), "teardown", "--yes");
    assertThat(removed.code()).as(removed.err()).isZero();
    assertThat(removed.out()).contains("removed the stack argus", "left the bucket argus-input-");
    assertThat(account.stack("argus")).isEmpty();
    assertThat(account.queues()).isEmpty();
    assertThat(account.parameter("/argus/argus/user-token")).isEmpty();
    assertThat(account.parameter("/argus/argus/webhook-secret")).isEmpty();
    assertThat(account.appNodes("argus"))
        .allMatch(i -> i.state().name() == InstanceStateName.TERMINATED);
    assertThat(account.buckets()).hasSize(4);

    Script.Ended buckets = argus(Map.of(), "teardown", "--yes", "--buckets");
    assertThat(buckets.code()).as(buckets.err()).isZero();
    assertThat(account.buckets()).isEmpty();
  }
}
