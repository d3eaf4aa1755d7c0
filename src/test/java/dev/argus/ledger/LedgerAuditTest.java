package dev.argus.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.PhotoState;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;

class LedgerAuditTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final SettableClock clock = new SettableClock();

  @AfterContainer
  static void stop() {
    KIT.shutdownTestKit();
  }

  /** What the buckets may hold of one photo. */
  enum Objects {
    PENDING,
    ANSWERED,
    FAILED,
    DEAD_LETTERED,
    RESULT_ALONE,
    GARBAGE,
    GARBAGE_ALONE,
    RESULT_OF_ANOTHER
  }

  private void put(Bucket bucket, String key, String content) {
    store.put(
        bucket, key, new StoredObject(ByteString.fromString(content), "text/plain", Map.of()));
  }

  private void accept(PhotoId id) {
    put(Bucket.INPUT, ObjectKeys.photo(id), "photo");
  }

  private void answer(PhotoId id, PhotoState state) {
    put(Bucket.OUTPUT, ObjectKeys.result(id), Codec.toJson(reply(id, state)));
  }

  private static ClassifyReply reply(PhotoId id, PhotoState state) {
    return state == PhotoState.ANSWERED
        ? new ClassifyReply.Recognised(id, "a", List.of(new Prediction("cat", 1)), "m")
        : new ClassifyReply.Failed(
            id,
            "a",
            (state == PhotoState.FAILED ? Problem.Kind.UNDECODABLE : Problem.Kind.DEAD_LETTERED)
                .because("so"));
  }

  /** An id accepted so long before the clock's present. */
  private PhotoId idOf(Duration age) {
    long millis = clock.instant().minus(age).toEpochMilli();
    UUID random = UUID.randomUUID();
    return new PhotoId(
        new UUID(
            (millis << 16) | 0x7000 | (random.getMostSignificantBits() & 0xfff),
            random.getLeastSignificantBits()));
  }

  private PhotoId make(Objects objects, Duration age) {
    PhotoId id = idOf(age);
    if (objects != Objects.RESULT_ALONE && objects != Objects.GARBAGE_ALONE) {
      accept(id);
    }
    switch (objects) {
      case PENDING -> {}
      case ANSWERED, RESULT_ALONE -> answer(id, PhotoState.ANSWERED);
      case FAILED -> answer(id, PhotoState.FAILED);
      case DEAD_LETTERED -> answer(id, PhotoState.DEAD_LETTERED);
      case GARBAGE, GARBAGE_ALONE -> put(Bucket.OUTPUT, ObjectKeys.result(id), "{\"id\":");
      case RESULT_OF_ANOTHER ->
          put(
              Bucket.OUTPUT,
              ObjectKeys.result(id),
              Codec.toJson(reply(PhotoId.random(), PhotoState.ANSWERED)));
    }
    return id;
  }

  private LedgerCount count() {
    return new LedgerAudit(KIT.system(), store, clock).count().toCompletableFuture().join();
  }

  private static long number(List<Objects> all, Objects... wanted) {
    return all.stream().filter(List.of(wanted)::contains).count();
  }

  @Property(tries = 200)
  void everyPhotoIsCountedInItsStateAndWhatIsInNoneIsNamed(
      @ForAll @Size(max = 40) List<Objects> all) {
    for (Bucket bucket : Bucket.values()) {
      store.clear(bucket);
    }
    put(Bucket.INPUT, "not-ours", "");
    put(Bucket.OUTPUT, "not-ours.json", "");
    List<String> odd = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      PhotoId id = make(all.get(i), Duration.ofSeconds(1 + i));
      if (number(List.of(all.get(i)), ODD) == 1) {
        odd.add(id.toString());
      }
    }
    LedgerCount count = count();
    assertThat(count.answered()).isEqualTo(number(all, Objects.ANSWERED));
    assertThat(count.failed()).isEqualTo(number(all, Objects.FAILED));
    assertThat(count.deadLettered()).isEqualTo(number(all, Objects.DEAD_LETTERED));
    assertThat(count.pending()).isEqualTo(number(all, Objects.PENDING));
    assertThat(count.resultsWithoutRecord()).isEqualTo(number(all, Objects.RESULT_ALONE));
    assertThat(count.accepted())
        .isEqualTo(all.size() - number(all, Objects.RESULT_ALONE, Objects.GARBAGE_ALONE));
    assertThat(count.odd()).isEqualTo(odd.size());
    assertThat(count.oddExamples().stream().map(LedgerCount.Odd::key))
        .hasSize(Math.min(20, odd.size()))
        .isSubsetOf(odd);
    assertThat(count.holds()).isEqualTo(odd.isEmpty());
    int oldest = all.lastIndexOf(Objects.PENDING);
    assertThat(count.oldestPendingAge()).isEqualTo(Duration.ofSeconds(oldest + 1));
    assertThat(count.toJson().get("holds").asBoolean()).isEqualTo(count.holds());
    assertThat(count.toText()).contains(count.holds() ? "ledger holds" : "does not hold");
  }

  private static final Objects[] ODD = {
    Objects.GARBAGE, Objects.GARBAGE_ALONE, Objects.RESULT_OF_ANOTHER
  };

  @Property(tries = 1)
  void aPartOfTimeIsCountedAloneAndPhotosThatComeWhileItCountsAreNot() {
    make(Objects.PENDING, Duration.ofHours(3));
    make(Objects.ANSWERED, Duration.ofHours(2));
    make(Objects.ANSWERED, Duration.ofHours(1));
    make(Objects.PENDING, Duration.ofSeconds(-1)); // after the count began
    Instant now = clock.instant();
    List<Long> progress = new ArrayList<>();
    LedgerCount part =
        new LedgerAudit(KIT.system(), store, clock)
            .count(
                now.minus(Duration.ofMinutes(150)),
                now.minus(Duration.ofMinutes(90)),
                progress::add)
            .toCompletableFuture()
            .join();
    assertThat(part.accepted()).isEqualTo(1);
    assertThat(progress).containsExactly(1L);
    assertThat(count().accepted()).isEqualTo(3);
  }

  @Property(tries = 1)
  void whatCannotBeListedIsNoCount() {
    store.setDown(true);
    assertThatThrownBy(this::count).hasRootCauseMessage("the store is down");
  }
}
