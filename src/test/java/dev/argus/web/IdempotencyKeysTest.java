package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.ArgusSettings;
import dev.argus.config.RetentionSettings;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
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
    PhotoId earlier =
        PhotoIds.acceptedAt(clock.instant().minus(RETENTION.idempotencyKeys()).minusSeconds(1));
    String entry = "{\"id\":\"" + earlier + "\",\"sha256\":\"aa\"}";
    store.put( // which S3 has not removed yet
        Bucket.STATE,
        KEY.objectKey(),
        new StoredObject(ByteString.fromString(entry), "application/json", Map.of()));
    Set<PhotoId> ids =
        IntStream.range(0, 200)
            .parallel()
            .mapToObj(i -> claim(KEY, "bb"))
            .collect(Collectors.toSet());
    assertThat(ids).hasSize(1).doesNotContain(earlier);
  }

  @Test
  void whileTheStoreIsDownNoKeyIsClaimed() {
    store.setDown(true);
    assertThatThrownBy(() -> claim(KEY, "aa")).isInstanceOf(CompletionException.class);
    store.setDown(false);
    assertThat(store.keys(Bucket.STATE)).isEmpty();
  }
}
