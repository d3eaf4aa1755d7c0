package dev.argus.aws;

import static dev.argus.ports.ObjectStore.Bucket.INPUT;
import static dev.argus.ports.ObjectStore.Bucket.OUTPUT;
import static dev.argus.ports.ObjectStore.Bucket.STATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.config.AwsSettings;
import dev.argus.config.NamesSettings;
import dev.argus.ports.ObjectStore.ObjectInfo;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.ports.ObjectStore.Version;
import dev.argus.ports.OverloadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

class S3ObjectStoreTest {
  private static final int MAX_OBJECT_BYTES = 4 << 20;

  @TempDir static Path data;
  private static LocalS3 s3;
  private static S3ObjectStore store;

  @BeforeAll
  static void start() {
    s3 = new LocalS3(data, limited(1024, 32));
    store = s3.store;
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @Test
  void readsWhatWasWritten() {
    StoredObject photo =
        new StoredObject(
            ByteString.fromString("bytes"),
            "image/jpeg",
            Map.of("name", "a b.jpg", "sha256", "00ff", "odd", "~!@#$%^&*()\"'"));
    TestAws.await(store.put(INPUT, "id", photo));

    assertThat(TestAws.await(store.get(INPUT, "id"))).contains(photo);
    assertThat(TestAws.await(store.head(INPUT, "id")))
        .contains(new ObjectInfo(5, "image/jpeg", photo.metadata()));
    assertThat(TestAws.await(store.get(OUTPUT, "id"))).isEmpty();
  }

  @Test
  void writesOverWhatLiesThereAndDeletesWhatMayNotBeThere() {
    TestAws.await(store.put(STATE, "dead/1", text("one")));
    TestAws.await(store.put(STATE, "dead/1", text("two")));
    assertThat(TestAws.await(store.get(STATE, "dead/1"))).contains(text("two"));
    TestAws.await(store.delete(STATE, "dead/1"));
    TestAws.await(store.delete(STATE, "dead/1"));
    assertThat(TestAws.await(store.get(STATE, "dead/1"))).isEmpty();
    assertThat(TestAws.await(store.head(STATE, "dead/1"))).isEmpty();
  }

  @Test
  void ofEightRacingConditionalWritesOneWinsEveryTime() {
    for (int round = 0; round < 10; round++) {
      String key = "race-" + round;
      List<CompletionStage<Boolean>> writes =
          IntStream.range(0, 8)
              .mapToObj(i -> store.putIfAbsent(STATE, key, text("writer " + i)))
              .toList();
      List<Integer> winners =
          IntStream.range(0, 8).filter(i -> TestAws.await(writes.get(i))).boxed().toList();
      assertThat(winners).hasSize(1);
      assertThat(TestAws.await(store.get(STATE, key))).contains(text("writer " + winners.get(0)));
    }
  }

  @Test
  void aVersionIsReplacedAsLongAsItIsTheLatest() {
    TestAws.await(store.put(STATE, "versions", text("one")));
    Version one = TestAws.await(store.getVersion(STATE, "versions")).orElseThrow();
    assertThat(one.object()).isEqualTo(text("one"));

    String two =
        TestAws.await(store.putIfMatch(STATE, "versions", one.etag(), text("two"))).orElseThrow();

    assertThat(two).isNotEqualTo(one.etag());
    assertThat(TestAws.await(store.getVersion(STATE, "versions")))
        .contains(new Version(text("two"), two));
    assertThat(TestAws.await(store.putIfMatch(STATE, "versions", one.etag(), text("three"))))
        .isEmpty();
    assertThat(TestAws.await(store.get(STATE, "versions"))).contains(text("two"));
    assertThat(TestAws.await(store.putIfMatch(STATE, "versions", two, text("three")))).isPresent();
  }

  @Test
  void whatIsGoneIsNotReplaced() {
    TestAws.await(store.put(STATE, "gone", text("one")));
    String etag = TestAws.await(store.getVersion(STATE, "gone")).orElseThrow().etag();
    TestAws.await(store.delete(STATE, "gone"));

    assertThat(TestAws.await(store.putIfMatch(STATE, "gone", etag, text("two")))).isEmpty();
    assertThat(TestAws.await(store.getVersion(STATE, "gone"))).isEmpty();
  }

  @Test
  void ofEightRacingReplacementsOneWinsEveryTime() {
    TestAws.await(store.put(STATE, "replaced", text("nobody")));
    for (int round = 0; round < 10; round++) {
      String etag = TestAws.await(store.getVersion(STATE, "replaced")).orElseThrow().etag();
      String prefix = "round " + round + ", writer ";
      List<CompletionStage<Optional<String>>> writes =
          IntStream.range(0, 8)
              .mapToObj(i -> store.putIfMatch(STATE, "replaced", etag, text(prefix + i)))
              .toList();
      List<Integer> winners =
          IntStream.range(0, 8)
              .filter(i -> TestAws.await(writes.get(i)).isPresent())
              .boxed()
              .toList();
      assertThat(winners).hasSize(1);
      assertThat(TestAws.await(store.getVersion(STATE, "replaced")))
          .contains(
              new Version(
                  text(prefix + winners.get(0)),
                  TestAws.await(writes.get(winners.get(0))).orElseThrow()));
    }
  }

  @Test
  void aConditionalWriteKeepsItsWriteIdToItself() {
    TestAws.await(store.putIfAbsent(STATE, "conditional", text("x")));
    assertThat(TestAws.await(store.get(STATE, "conditional"))).contains(text("x"));
    assertThat(TestAws.await(store.head(STATE, "conditional")).orElseThrow().metadata()).isEmpty();
  }

  @Test
  void bigObjectsAndEmptyOnesSurviveTheTripAndTooBigOnesAreNotRead() {
    byte[] bytes = new byte[MAX_OBJECT_BYTES];
    new Random(1).nextBytes(bytes);
    StoredObject big =
        new StoredObject(ByteString.fromArray(bytes), "application/octet-stream", Map.of());
    TestAws.await(store.put(STATE, "big", big));
    assertThat(TestAws.await(store.get(STATE, "big"))).contains(big);
    TestAws.await(store.put(STATE, "empty", text("")));
    assertThat(TestAws.await(store.get(STATE, "empty"))).contains(text(""));

    StoredObject tooBig =
        new StoredObject(big.bytes().concat(ByteString.fromString("x")), "image/png", Map.of());
    TestAws.await(store.put(STATE, "too-big", tooBig));
    assertThat(TestAws.failureOf(store.get(STATE, "too-big")))
        .isInstanceOf(ObjectTooLargeException.class)
        .hasMessageContaining("too-big");
  }

  @Test
  void metadataThatIsNoHeaderIsRefusedBeforeAnythingIsSent() {
    for (Map<String, String> bad :
        List.of(
            Map.of("name", "ü"), Map.of("name", "a\r\nx-amz-acl: public-read"), Map.of("N", "v"))) {
      StoredObject object = new StoredObject(ByteString.fromString("x"), "image/png", bad);
      assertThat(TestAws.failureOf(store.put(STATE, "bad", object)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("printable ASCII");
    }
    assertThat(TestAws.await(store.head(STATE, "bad"))).isEmpty();
  }

  @Test
  void listsTheKeysAfterAKeyPageByPageAsTheyAreRead() throws IOException {
    List<String> keys =
        IntStream.range(0, 1200).mapToObj(i -> String.format("k%05d.json", i)).toList();
    // An object is a file: quicker than 1,200 calls.
    for (String key : keys) {
      Files.writeString(data.resolve(TestAws.argus().names().outputBucket()).resolve(key), "{}");
    }

    assertThat(TestAws.await(store.keysAfter(OUTPUT, "k00099.json").runWith(Sink.seq(), s3.system)))
        .isEqualTo(keys.subList(100, 1200));
    int before = s3.calls.of(ListObjectsV2Request.class).size();
    assertThat(TestAws.await(store.keysAfter(OUTPUT, "").take(5).runWith(Sink.seq(), s3.system)))
        .isEqualTo(keys.subList(0, 5));
    assertThat(s3.calls.of(ListObjectsV2Request.class)).hasSize(before + 1);
    assertThat(TestAws.await(store.keysAfter(OUTPUT, "zzz").runWith(Sink.seq(), s3.system)))
        .isEmpty();
  }

  @Test
  void aMissingBucketIsAnErrorAndNoMissingObject() {
    NamesSettings n = TestAws.argus().names();
    NamesSettings elsewhere =
        new NamesSettings(
            n.prefix(),
            n.requestQueue(),
            n.responseQueue(),
            n.deadLetterQueue(),
            "not-there",
            n.outputBucket(),
            n.stateBucket());
    S3ObjectStore other =
        new S3ObjectStore(s3.system, s3.environment, limited(64, 8), elsewhere, s3.clients::s3);
    TestAws.await(store.check(INPUT));
    assertThat(TestAws.failureOf(other.check(INPUT)))
        .isInstanceOf(BucketUnavailableException.class);
    assertThat(TestAws.failureOf(other.get(INPUT, "key"))).hasMessageContaining("bucket");
  }

  @Test
  void moreRequestsThanMayWaitAreRefusedAtOnceAndAllOthersServed(@TempDir Path dir) {
    try (LocalS3 small = new LocalS3(dir, limited(3, 1))) {
      List<CompletionStage<String>> outcomes =
          IntStream.range(0, 100)
              .mapToObj(i -> small.store.put(STATE, "k" + i, text("x")))
              .map(s -> s.handle((done, e) -> e == null ? "done" : e.getClass().getSimpleName()))
              .toList();
      assertThat(outcomes.stream().map(TestAws::await).distinct())
          .containsExactlyInAnyOrder("done", OverloadException.class.getSimpleName());
      TestAws.await(small.store.put(STATE, "afterwards", text("x")));
    }
  }

  @Test
  void anOutageFailsCallsWithinTheirTimeAndIsOverWhenTheStoreIsBack(@TempDir Path dir) {
    try (LocalS3 failing = new LocalS3(dir, limited(64, 8))) {
      TestAws.await(failing.store.put(STATE, "before", text("x")));
      failing.stopServer();
      Instant began = Instant.now();
      TestAws.failureOf(failing.store.get(STATE, "before"));
      TestAws.failureOf(failing.store.putIfAbsent(STATE, "during", text("x")));
      TestAws.failureOf(failing.store.check(STATE));
      assertThat(Duration.between(began, Instant.now()))
          .isLessThan(TestAws.CALL_TIMEOUT.multipliedBy(3));

      failing.startServerAgain();
      await()
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(TestAws.await(failing.store.get(STATE, "before")))
                      .contains(text("x")));
    }
  }

  private static StoredObject text(String text) {
    return new StoredObject(ByteString.fromString(text), "application/json", Map.of());
  }

  private static AwsSettings limited(int maxWaiting, int maxConnections) {
    return new AwsSettings(
        TestAws.CALL_TIMEOUT,
        8,
        maxConnections,
        maxWaiting,
        64,
        MAX_OBJECT_BYTES,
        TestAws.DELETE_LINGER,
        TestAws.BATCH_LINGER,
        TestAws.MIN_BACKOFF,
        TestAws.MAX_BACKOFF);
  }
}
