package dev.argus.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ledger.LedgerAudit;
import dev.argus.ledger.LedgerCount;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.WireMessage;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * What must be true of the store and the queues at every moment, whatever happened: every accepted
 * photo is in exactly one state, those that are pending are on their way, and what clients were
 * told is what the store says.
 */
public final class LedgerInvariant {
  private final LedgerAudit audit;
  private final InMemoryObjectStore store;
  private final List<InMemoryQueue> queues;

  /**
   * @param queues of requests, and of dead letters that have no answer yet
   */
  public LedgerInvariant(
      ClassicActorSystemProvider system, InMemoryObjectStore store, InMemoryQueue... queues) {
    // Ids are stamped by the system's clock: counts begin after all of them.
    this.audit =
        new LedgerAudit(system, store, () -> InstantSource.system().instant().plusSeconds(1));
    this.store = store;
    this.queues = List.copyOf(Arrays.asList(queues));
  }

  /** The equation holds, and every pending photo is in a message. */
  public LedgerCount assertNothingIsLost() {
    LedgerCount count = assertHolds();
    assertThat(orphans()).as("accepted, not answered, and in no message").isEmpty();
    return count;
  }

  /** The equation holds; orphans may wait for the sweep. */
  public LedgerCount assertHolds() {
    LedgerCount count = audit.count().toCompletableFuture().join();
    assertThat(count.holds()).as(count.toText()).isTrue();
    return count;
  }

  /** Every answer that a client saw is the stored one, and no photo had two that differ. */
  public void assertSeen(Collection<ClassifyReply> answers) {
    for (ClassifyReply seen : answers) {
      assertThat(stored(seen.id())).as("the result of " + seen.id()).contains(seen);
    }
  }

  /** Photos that are pending and in no message: only a sweep can find them. */
  public Set<PhotoId> orphans() {
    Set<PhotoId> orphans =
        store.keys(Bucket.INPUT).stream()
            .map(PhotoId::parse)
            .flatMap(Optional::stream)
            .filter(id -> stored(id).isEmpty())
            .collect(Collectors.toCollection(HashSet::new));
    queues.stream()
        .flatMap(queue -> queue.contents().stream())
        .flatMap(LedgerInvariant::id)
        .forEach(orphans::remove);
    return orphans;
  }

  private static Stream<PhotoId> id(WireMessage message) {
    try {
      return Stream.of(Codec.decodeRequest(message).id());
    } catch (MalformedMessageException e) {
      return Stream.empty();
    }
  }

  private Optional<ClassifyReply> stored(PhotoId id) {
    return store
        .get(Bucket.OUTPUT, ObjectKeys.result(id))
        .toCompletableFuture()
        .join()
        .map(LedgerInvariant::read);
  }

  private static ClassifyReply read(ObjectStore.StoredObject object) {
    try {
      return Codec.replyFromJson(object.bytes().utf8String());
    } catch (MalformedMessageException e) {
      throw new AssertionError("a result cannot be read", e);
    }
  }
}
