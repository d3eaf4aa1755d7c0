package dev.argus.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.batch.Manifest.Entry;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import dev.argus.simulation.InMemoryObjectStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ManifestFileTest {
  private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final BatchId id = BatchId.random();
  private final ManifestFile owner =
      new ManifestFile(store, id, Optional.of(Manifest.opened(id, LATER)));
  private final ManifestFile other = new ManifestFile(store, id, Optional.empty());

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private static Entry entry(int index) {
    return new Entry(
        index, index + ".png", Optional.of(PhotoId.random()), Optional.empty(), Optional.empty());
  }

  @Test
  void whatIsWrittenIsReadBackAsItWas() {
    Entry whole = entry(0);
    Entry again =
        new Entry(3, "ü\"\n", whole.id(), Optional.of(PhotoId.random()), Optional.empty());
    Entry refused = entry(1).refused(Problem.Kind.TOO_LARGE.because("too large"));
    Manifest written = join(owner.change(m -> m.with(List.of(whole, again, refused))));
    assertThat(join(other.read())).contains(written);
    assertThat(written.isReceiving(LATER.minusSeconds(1))).isTrue();
    assertThat(written.isReceiving(LATER)).isFalse();
    Manifest received = join(owner.change(Manifest::received));
    assertThat(join(other.read())).contains(received);
    assertThat(received.isReceiving(Instant.EPOCH)).isFalse();
  }

  @Test
  void itsOwnerLearnsOfACancelAtItsNextWriteAndAddsNothing() {
    Entry answered = entry(0);
    Entry waiting = entry(1);
    join(owner.change(m -> m.with(List.of(answered, waiting))));
    join(other.change(m -> m.cancel(Set.of(0))));
    Manifest seen = join(owner.change(m -> m.with(List.of(entry(2)))));
    assertThat(seen.cancelled()).isTrue();
    assertThat(seen.entries()).containsOnlyKeys(0, 1);
    assertThat(seen.entries().get(0)).isEqualTo(answered);
    assertThat(seen.entries().get(1)).isEqualTo(waiting.discarded());
    assertThat(join(other.read())).contains(seen);
  }

  @Test
  void aChangeAfterAFailureIsMadeToWhatIsThere() {
    Entry first = entry(0);
    join(owner.change(m -> m.with(List.of(first))));
    store.setDown(true);
    assertThat(owner.change(m -> m.with(List.of(entry(1)))).toCompletableFuture())
        .isCompletedExceptionally();
    store.setDown(false);
    join(other.change(m -> m.with(List.of(entry(5)))));
    assertThat(join(owner.change(m -> m.with(List.of(entry(2))))).entries())
        .containsOnlyKeys(0, 2, 5);
  }
}
