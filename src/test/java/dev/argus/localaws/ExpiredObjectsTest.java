package dev.argus.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Object;

class ExpiredObjectsTest {
  private static final List<Expiry> RULES =
      List.of(
          new Expiry("argus-input", "", Duration.ofDays(30)),
          new Expiry("argus-output", "", Duration.ofDays(31)),
          new Expiry("argus-state", "dead/", Duration.ofDays(30)),
          new Expiry("argus-state", "idempotency/ab", Duration.ofDays(1)));

  @TempDir Path data;

  private ExpiredObjects in(Duration time) {
    return new ExpiredObjects(data, RULES, Clock.fixed(Instant.now().plus(time), ZoneOffset.UTC));
  }

  private static List<String> keys(S3AsyncClient client, String bucket) {
    return client.listObjectsV2(b -> b.bucket(bucket)).join().contents().stream()
        .map(S3Object::key)
        .toList();
  }

  @Test
  void objectsOfTheRealServiceGoWhenTheirTimeIsOverAndNoSooner() throws Exception {
    Credentials credentials = Credentials.random();
    try (EmbeddedS3 s3 = EmbeddedS3.start(data, 0, credentials);
        S3AsyncClient client = Clients.s3(s3.endpoint(), credentials)) {
      for (String bucket : List.of("argus-input", "argus-output", "argus-state", "other")) {
        client.createBucket(b -> b.bucket(bucket)).join();
        for (String key :
            List.of("id", "dead/id", "attempts/id", "idempotency/abc", "idempotency/cab")) {
          client
              .putObject(b -> b.bucket(bucket).key(key), AsyncRequestBody.fromString("content"))
              .join();
        }
      }
      assertThat(in(Duration.ofHours(23)).remove()).isZero();
      assertThat(in(Duration.ofHours(25)).remove()).isEqualTo(1);
      assertThat(keys(client, "argus-state")).doesNotContain("idempotency/abc").hasSize(4);
      assertThat(in(Duration.ofDays(30).plusHours(1)).remove()).isEqualTo(5 + 1);
      assertThat(keys(client, "argus-input")).isEmpty();
      assertThat(keys(client, "argus-output")).hasSize(5);
      assertThat(keys(client, "argus-state"))
          .containsExactlyInAnyOrder("id", "attempts/id", "idempotency/cab");
      assertThat(in(Duration.ofDays(32)).remove()).isEqualTo(5);
      assertThat(keys(client, "other")).hasSize(5);
    }
  }

  @Test
  void ofManyObjectsTheOldOnesGoAndBucketsThatAreNotThereDoNoHarm() throws IOException {
    Path bucket = Files.createDirectories(data.resolve("argus-input"));
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(31)));
    List<String> young = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      Path file = Files.createFile(bucket.resolve("photo-" + i));
      if (i % 2 == 0) {
        Files.setLastModifiedTime(file, old);
      } else {
        young.add(file.getFileName().toString());
      }
    }
    assertThat(in(Duration.ZERO).remove()).isEqualTo(1000);
    try (var files = Files.list(bucket)) {
      assertThat(files.map(f -> f.getFileName().toString()).toList())
          .containsExactlyInAnyOrderElementsOf(young);
    }
  }

  @Test
  void itIsDoneAgainAndAgain() throws IOException {
    Path bucket = Files.createDirectories(data.resolve("argus-input"));
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(31)));
    try (ExpiredObjects objects =
        ExpiredObjects.removeEvery(Duration.ofMillis(10), data, RULES, Clock.systemUTC())) {
      for (int i = 0; i < 3; i++) {
        Path file = Files.createFile(bucket.resolve("photo-" + i));
        Files.setLastModifiedTime(file, old);
        await().until(() -> Files.notExists(file));
      }
    }
  }
}
