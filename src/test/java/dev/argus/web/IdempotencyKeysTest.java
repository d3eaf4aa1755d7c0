package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.ArgusSettings;
import dev.argus.config.RetentionSettings;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.SettableClock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class IdempotencyKeysTest {
  private static final RetentionSettings RETENTION = ArgusSettings.load(Map.of()).retention();
  private static final IdempotencyKey KEY = new IdempotencyKey("order-7", 0);

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final SettableClock clock = new SettableClock(Instant.now());
  private final IdempotencyKeys keys = new IdempotencyKeys(store, RETENTION, clock);

  private PhotoId claim(IdempotencyKey key, String sha256) {
    return keys.claim(key, sha256).toCompletableFuture().join();
  }

  private void accept(PhotoId id) {
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
  void aKeyWhoseTimeIsOverStillFindsWhatWasAcceptedButTakesNothingIn() {
    PhotoId accepted = claim(KEY, "aa");
    accept(accepted);
    PhotoId neverAccepted = claim(KEY.ofPhoto(1), "aa");
    clock.advance(RETENTION.idempotencyKeys().plusSeconds(1));
    assertThat(claim(KEY, "aa")).isEqualTo(accepted);
    assertThat(claim(KEY.ofPhoto(1), "aa")).isNotEqualTo(neverAccepted);
  }

  @Test
  void whileTheStoreIsDownNoKeyIsClaimed() {
    store.setDown(true);
    assertThatThrownBy(() -> claim(KEY, "aa")).isInstanceOf(CompletionException.class);
    store.setDown(false);
    assertThat(store.keys(Bucket.STATE)).isEmpty();
  }
}
