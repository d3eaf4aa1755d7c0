package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.ArgusSettings;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class IdempotencyKeysTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final ArgusSettings SETTINGS = ArgusSettings.load(Map.of());
  private static final Duration STORED_WITHIN = SETTINGS.web().sweep().storedWithin();
  private static final IdempotencyKey KEY = new IdempotencyKey("order-7", 0);

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final SettableClock clock = new SettableClock(Instant.now());
  private final IdempotencyKeys keys = new IdempotencyKeys(KIT.system(), store, SETTINGS, clock);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private PhotoId claim(IdempotencyKey key, String sha256) {
    return keys.claim(key, sha256).toCompletableFuture().join();
  }

  /** An upload came with the key that long ago. */
  private PhotoId claimed(Duration ago) {
    return claimed(KEY.objectKey(), ago);
  }

  private PhotoId claimed(String object, Duration ago) {
    PhotoId id = PhotoIds.acceptedAt(clock.instant().minus(ago));
    String entry = "{\"id\":\"" + id + "\",\"sha256\":\"aa\"}";
    store.put(
        Bucket.STATE,
        object,
        new StoredObject(ByteString.fromString(entry), "application/json", Map.of()));
    return id;
  }

  private void accepted(PhotoId id) {
    store.put(
        Bucket.INPUT,
        ObjectKeys.photo(id),
        new StoredObject(ByteString.fromString("photo"), "image/png", Map.of()));
  }

  @Test
  void aKeyStandsForOnePhotoHoweverManyAskAtOnce() {
    Set<PhotoId> ids =
        IntStream.range(0, 200)
            .parallel()
            .mapToObj(i -> claim(KEY, "aa"))
            .collect(Collectors.toSet());
    assertThat(ids).hasSize(1);
    assertThat(claim(new IdempotencyKey("order-8", 0), "aa")).isNotIn(ids);
    assertThat(claim(KEY.ofPhoto(1), "bb")).isNotIn(ids);
  }

  @Test
  void anotherPhotoUnderTheSameKeyIsAMistake() {
    claim(KEY, "aa");
    assertThatThrownBy(() -> claim(KEY, "bb"))
        .cause()
        .isInstanceOfSatisfying(
            PhotoException.class,
            e -> assertThat(e.problem().is(Problem.Kind.KEY_REUSED)).isTrue());
  }

  @Test
  void aKeyWhoseTimeIsOverIsFreeAgainForOnePhotoHoweverManyAskAtOnce() {
    PhotoId earlier = claimed(SETTINGS.retention().idempotencyKeys().plusSeconds(1));
    accepted(earlier); // and S3 has not removed its key yet
    Set<PhotoId> ids =
        IntStream.range(0, 200)
            .parallel()
            .mapToObj(i -> claim(KEY, "bb"))
            .collect(Collectors.toSet());
    assertThat(ids).hasSize(1).doesNotContain(earlier);
  }

  @Test
  void aYoungKeyWhoseUploadWasNotAcceptedIsTakenUp() {
    PhotoId earlier = claimed(Duration.ofSeconds(30));
    assertThat(claim(KEY, "aa")).isEqualTo(earlier);
  }

  @Test
  void whatWasAcceptedIsFoundUnderItsKeyHoweverOldItIs() {
    PhotoId earlier = claimed(Duration.ofHours(23));
    accepted(earlier);
    assertThat(claim(KEY, "aa")).isEqualTo(earlier);
  }

  @Test
  void aPhotoIsNeverAcceptedUnderAnIdThatTheSweepHasPassed() {
    PhotoId earlier = claimed(STORED_WITHIN.plusSeconds(1)); // and its upload failed
    Set<PhotoId> ids =
        IntStream.range(0, 200)
            .parallel()
            .mapToObj(i -> claim(KEY, "aa"))
            .collect(Collectors.toSet());
    assertThat(ids).hasSize(1).doesNotContain(earlier);
    assertThat(store.keys(Bucket.STATE)).hasSize(2);
  }

  @Test
  void whileAnEarlierUploadMayStillStoreItsPhotoNobodyElseDoes() {
    claimed(STORED_WITHIN.minus(SETTINGS.aws().callTimeout()));
    assertThatThrownBy(() -> claim(KEY, "aa"))
        .cause()
        .isInstanceOfSatisfying(
            PhotoException.class,
            e -> assertThat(e.problem().is(Problem.Kind.UNAVAILABLE)).isTrue());
    assertThat(store.keys(Bucket.STATE)).hasSize(1);
  }

  @Test
  void howeverOftenAKeyWasTakenUpInVainItsLastSuccessorIsFoundInAFewSteps() {
    Duration age = STORED_WITHIN.multipliedBy(102);
    PhotoId last = claimed(age);
    for (int i = 0; i < 100; i++) {
      age = age.minus(STORED_WITHIN);
      last = claimed(KEY.objectKey() + "-after-" + last, age);
    }
    int calls = store.calls();
    PhotoId fresh = claim(KEY, "aa");
    assertThat(fresh.acceptedAt()).isAfter(last.acceptedAt());
    assertThat(store.calls() - calls).isLessThan(12);
    assertThat(claim(KEY, "aa")).isEqualTo(fresh);
    assertThat(store.keys(Bucket.STATE)).hasSize(102);
  }

  @Test
  void whileTheStoreIsDownNoKeyIsClaimed() {
    store.setDown(true);
    assertThatThrownBy(() -> claim(KEY, "aa")).isInstanceOf(CompletionException.class);
    store.setDown(false);
    assertThat(store.keys(Bucket.STATE)).isEmpty();
  }
}
