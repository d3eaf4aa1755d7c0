package dev.argus.costs;

import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.ObjectKeys;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;

/** The accounts of costs in the state bucket. Every stage fails with the store's error. */
final class CostRecords {
  private static final int MAX_WEB_NODES = 1000;
  private static final int PARALLELISM = 8;

  private final ObjectStore store;
  private final String ownKey;
  private final ActorSystem<?> system;

  /**
   * @param responseQueue names this web node
   */
  CostRecords(ObjectStore store, String responseQueue, ActorSystem<?> system) {
    this.store = store;
    this.ownKey = ObjectKeys.costsOfWebNode(responseQueue);
    this.system = system;
  }

  /** This web node's account, or a new one. */
  CompletionStage<CostAccount> readOwn(Instant now) {
    return read(ownKey).thenApply(found -> found.orElseGet(() -> CostAccount.since(now)));
  }

  /** The fleet's account, or a new one. */
  CompletionStage<CostAccount> readFleet(Instant now) {
    return read(ObjectKeys.COSTS_OF_FLEET)
        .thenApply(found -> found.orElseGet(() -> CostAccount.since(now)));
  }

  /**
   * What other web nodes used as of their last saves, and perhaps the fleet.
   *
   * @param fleetToo false if the fleet's account is known
   */
  CompletionStage<Usage> readOthers(boolean fleetToo) {
    CompletionStage<Usage> webNodes =
        store
            .keysAfter(Bucket.STATE, ObjectKeys.COSTS_OF_WEB_NODES)
            .takeWhile(key -> key.startsWith(ObjectKeys.COSTS_OF_WEB_NODES))
            .filterNot(ownKey::equals)
            .take(MAX_WEB_NODES)
            .mapAsync(PARALLELISM, this::read)
            .runWith(Sink.fold(Usage.none(Instant.MAX), CostRecords::sum), system);
    return fleetToo
        ? webNodes.thenCombine(read(ObjectKeys.COSTS_OF_FLEET), CostRecords::sum)
        : webNodes;
  }

  private static Usage sum(Usage usage, Optional<CostAccount> more) {
    return more.map(account -> usage.plus(account.usage())).orElse(usage);
  }

  /** Saves what is there. */
  CompletionStage<Done> save(Optional<CostAccount> own, Optional<CostAccount> fleet) {
    return write(ownKey, own)
        .thenCombine(write(ObjectKeys.COSTS_OF_FLEET, fleet), (done, alsoDone) -> done);
  }

  private CompletionStage<Done> write(String key, Optional<CostAccount> account) {
    return account
        .map(it -> store.put(Bucket.STATE, key, it.toObject()))
        .orElseGet(() -> CompletableFuture.completedFuture(Done.getInstance()));
  }

  private CompletionStage<Optional<CostAccount>> read(String key) {
    return store.get(Bucket.STATE, key).thenApply(found -> found.map(CostAccount::from));
  }
}
