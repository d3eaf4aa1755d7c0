package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.simulation.InMemoryObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class UnansweredTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final StoredObject ANYTHING =
      new StoredObject(ByteString.fromString("x"), "text/plain", Map.of());

  @AfterContainer
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static PhotoId id(int millis) {
    return PhotoIds.acceptedAt(START.plusMillis(millis));
  }

  private static InMemoryObjectStore store(Set<Integer> accepted, Set<Integer> answered) {
    InMemoryObjectStore store = new InMemoryObjectStore();
    accepted.forEach(i -> store.put(Bucket.INPUT, ObjectKeys.photo(id(i)), ANYTHING));
    answered.forEach(i -> store.put(Bucket.OUTPUT, ObjectKeys.result(id(i)), ANYTHING));
    return store;
  }

  private static Unanswered.Found find(
      InMemoryObjectStore store, int maxListed, Instant from, Instant to) {
    return new Unanswered(store, maxListed, KIT.system())
        .between(from, to)
        .toCompletableFuture()
        .join();
  }

  @Property(tries = 200)
  void lookAfterLookEachPhotoWithoutAResultIsFoundOnceHoweverFewKeysALookMayRead(
      @ForAll Set<@IntRange(max = 30) Integer> accepted,
      @ForAll Set<@IntRange(max = 30) Integer> answered,
      @ForAll @IntRange(min = 2, max = 40) int maxListed,
      @ForAll @IntRange(max = 31) int to) {
    InMemoryObjectStore store = store(accepted, answered);
    List<PhotoId> found = new ArrayList<>();
    Instant from = START;
    boolean cut = true;
    while (cut) {
      Unanswered.Found look = find(store, maxListed, from, START.plusMillis(to));
      assertThat(look.ids()).allMatch(id -> id.acceptedAt().isBefore(look.end()));
      assertThat(look.cut()).isEqualTo(look.end().isBefore(START.plusMillis(to)));
      found.addAll(look.ids());
      from = look.end();
      cut = look.cut();
    }
    assertThat(found)
        .containsExactlyElementsOf(
            new TreeSet<>(accepted)
                .stream().filter(i -> i < to && !answered.contains(i)).map(i -> id(i)).toList());
  }

  @Test
  void whereNothingWasAcceptedResultsAreNotEvenListed() {
    InMemoryObjectStore store = store(Set.of(1), Set.of(1, 7));
    assertThat(find(store, 10, START.plusMillis(5), START.plusMillis(9)).ids()).isEmpty();
    assertThat(store.listings()).hasSize(1);
  }

  @Test
  void aKeyThatIsNoPhotoIsNoOrphan() {
    InMemoryObjectStore store = store(Set.of(1), Set.of());
    store.put(Bucket.INPUT, "README", ANYTHING);
    store.put(Bucket.INPUT, "zzz", ANYTHING);
    assertThat(find(store, 10, START, START.plusSeconds(1)).ids()).containsExactly(id(1));
  }
}
