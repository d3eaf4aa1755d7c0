package dev.argus.web;

import dev.argus.config.HeartbeatSettings;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.ports.QueueAdmin;
import dev.argus.protocol.ObjectKeys;
import dev.argus.web.Overtaking.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The web nodes of the cluster, each with a response queue of its own, as their heartbeats show
 * them.
 *
 * <p>One that has been silent for {@code response-queue-expiry} will not fetch its replies any
 * more: its queue is removed, then its heartbeat. It counts as silent only after it has been seen
 * silent for {@value #WATCHED_INTERVALS} heartbeats more, for after an outage of S3 all heartbeats
 * are old. A queue that has no heartbeat is nobody's business here. A web node that stops in good
 * order leaves its queue to expire too: it is often started again under the same name.
 *
 * <p>Not safe for use by many threads: {@link WebNodeActor} makes one call at a time. Only {@link
 * #evidence} and {@link #conflict} may be asked for by anyone.
 */
final class WebNodes {
  private static final Logger LOG = LoggerFactory.getLogger(WebNodes.class);
  private static final int WATCHED_INTERVALS = 3;
  private static final int MAX_WEB_NODES = 1000;
  private static final int PARALLELISM = 8;

  /**
   * @param responseQueue this web node's own
   * @param owner names this process
   * @param own what this web node's answers tell of the head of the request queue
   */
  record Self(String responseQueue, String owner, Supplier<Evidence> own) {}

  private record Silent(Instant lastBeat, Instant seenSince) {}

  private record Node(String queue, Optional<Heartbeat> heartbeat) {}

  private final ActorSystem<?> system;
  private final ObjectStore store;
  private final QueueAdmin queues;
  private final Self self;
  private final Duration watched;
  private final Duration expiry;
  private final InstantSource clock;
  private boolean beaten;
  private int ownBeatsFound; // one after the other, since that of another was found
  private volatile Optional<String> conflict = Optional.empty();
  private Map<String, Silent> silent = Map.of();
  private volatile List<Evidence> others = List.of();

  WebNodes(
      ActorSystem<?> system,
      ObjectStore store,
      QueueAdmin queues,
      Self self,
      HeartbeatSettings settings,
      InstantSource clock) {
    this.system = system;
    this.store = store;
    this.queues = queues;
    this.self = self;
    this.watched = settings.interval().multipliedBy(WATCHED_INTERVALS);
    this.expiry = settings.queueExpiry();
    this.clock = clock;
  }

  /** What the answers of all web nodes tell, as of the last look. */
  List<Evidence> evidence() {
    List<Evidence> all = new ArrayList<>(others);
    all.add(self.own().get());
    return all;
  }

  /**
   * What is wrong if another web node that lives uses this one's response queue: each swallows the
   * other's replies. It counts as gone after {@value #WATCHED_INTERVALS} heartbeats in silence.
   */
  Optional<String> conflict() {
    return conflict;
  }

  /** Makes sure that this web node's response queue exists. */
  CompletionStage<Done> createOwnQueue() {
    return queues.create(self.responseQueue());
  }

  /** Says that this web node lives, and notices another that uses the same response queue. */
  CompletionStage<Done> beat() {
    String key = ObjectKeys.webNode(self.responseQueue());
    return store
        .get(Bucket.STATE, key)
        .thenCompose(
            found -> {
              found.flatMap(Heartbeat::from).ifPresent(this::compare);
              return store.put(Bucket.STATE, key, mine());
            })
        .thenApply(
            done -> {
              beaten = true;
              return done;
            });
  }

  private StoredObject mine() {
    return new Heartbeat(self.owner(), clock.instant(), self.own().get()).toObject();
  }

  private void compare(Heartbeat last) {
    if (last.owner().equals(self.owner())) {
      ownBeatsFound++;
      if (conflict.isPresent() && ownBeatsFound >= WATCHED_INTERVALS) {
        conflict = Optional.empty();
        LOG.info("no other web node uses the response queue {} any more", self.responseQueue());
      }
    } else if (beaten) { // the first time it is that of the process before this one
      ownBeatsFound = 0;
      String words =
          "another web node (%s, at %s) uses the response queue %s too, and each swallows the"
              + " other's replies: give each a queue of its own with argus.names.response-queue"
              + " (ARGUS_NAMES_RESPONSE_QUEUE)";
      conflict = Optional.of(words.formatted(last.owner(), last.at(), self.responseQueue()));
      LOG.error("{}", conflict.get());
    }
  }

  /** Looks at the other web nodes, and removes the queues of those that are gone. */
  CompletionStage<Done> look() {
    return store
        .keysAfter(Bucket.STATE, ObjectKeys.WEB_NODES)
        .takeWhile(key -> key.startsWith(ObjectKeys.WEB_NODES))
        .map(key -> key.substring(ObjectKeys.WEB_NODES.length()))
        .filterNot(self.responseQueue()::equals)
        .take(MAX_WEB_NODES)
        .mapAsync(PARALLELISM, this::read)
        .runWith(Sink.seq(), system)
        .thenCompose(this::judge);
  }

  private CompletionStage<Node> read(String queue) {
    return store
        .get(Bucket.STATE, ObjectKeys.webNode(queue))
        .thenApply(found -> new Node(queue, found.flatMap(Heartbeat::from)));
  }

  private CompletionStage<Done> judge(List<Node> nodes) {
    Instant now = clock.instant();
    Map<String, Silent> stillSilent = new HashMap<>();
    List<Evidence> told = new ArrayList<>();
    CompletionStage<Done> removed = CompletableFuture.completedFuture(Done.getInstance());
    for (Node node : nodes) {
      if (node.heartbeat().isEmpty()) {
        continue; // not written by Argus, so not ours to judge
      }
      Heartbeat heartbeat = node.heartbeat().get();
      if (heartbeat.at().plus(watched).isAfter(now)) {
        told.add(heartbeat.evidence());
      }
      if (heartbeat.at().plus(expiry).isAfter(now)) {
        continue;
      }
      Silent before = silent.get(node.queue());
      Silent since =
          before != null && before.lastBeat().equals(heartbeat.at())
              ? before
              : new Silent(heartbeat.at(), now);
      if (since.seenSince().plus(watched).isAfter(now)) {
        stillSilent.put(node.queue(), since);
      } else {
        removed = removed.thenCompose(done -> remove(node.queue(), heartbeat.at()));
      }
    }
    silent = stillSilent;
    others = told;
    return removed;
  }

  private CompletionStage<Done> remove(String queue, Instant lastBeat) {
    LOG.info(
        "the response queue {} is removed: its web node has been silent since {}", queue, lastBeat);
    return queues
        .delete(queue)
        .thenCompose(done -> store.delete(Bucket.STATE, ObjectKeys.webNode(queue)));
  }
}
