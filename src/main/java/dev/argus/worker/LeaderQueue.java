package dev.argus.worker;

import dev.argus.ports.Completions;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.MessageQueues;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.LeaderRecord;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a node's reports are heard: the response queue of the web node that leads, whoever launched
 * the node; and whether that one has another release than the node. Thread-safe.
 */
public final class LeaderQueue {
  /** Half of what a report may take, so that it is sent to somebody in any case. */
  private static final Duration TIMEOUT = NodeReports.TIMEOUT.dividedBy(2);

  private static final Logger LOG = LoggerFactory.getLogger(LeaderQueue.class);

  /**
   * A queue.
   *
   * @param certain whether it is the leader's; else that could not be read, and it was once
   */
  record Found(MessageQueue queue, boolean certain) {}

  private final ObjectStore store;
  private final MessageQueues queues;
  private final MessageQueue otherwise;
  private final String release;
  private volatile MessageQueue latest;
  private volatile boolean outdated;

  /** Of a node that was not installed from a release. */
  public LeaderQueue(ObjectStore store, MessageQueues queues, MessageQueue otherwise) {
    this(store, queues, otherwise, "");
  }

  /**
   * @param otherwise the queue while no web node has ever led
   * @param release the SHA-256 of the release that this node was installed from; empty for none
   */
  public LeaderQueue(
      ObjectStore store, MessageQueues queues, MessageQueue otherwise, String release) {
    this.store = store;
    this.queues = queues;
    this.otherwise = otherwise;
    this.release = release;
    this.latest = otherwise;
  }

  /** Looks who leads; never fails, and takes half of {@link NodeReports#TIMEOUT} at most. */
  CompletionStage<Found> find() {
    return Completions.attempt(() -> store.get(Bucket.STATE, ObjectKeys.LEADER))
        .toCompletableFuture()
        .thenApply(found -> found.map(LeaderQueue::read))
        .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(this::certain)
        .exceptionally(
            failure -> {
              LOG.warn("who leads cannot be read: {}", Completions.cause(failure).toString());
              return new Found(latest, false);
            });
  }

  /** Whether nodes that are launched now install another release, by the latest {@link #find}. */
  boolean isOutdated() {
    return outdated;
  }

  private Found certain(Optional<LeaderRecord> leader) {
    outdated = leader.map(LeaderRecord::release).filter(this::isAnother).isPresent();
    latest = leader.map(it -> queues.named(it.responseQueue())).orElse(otherwise);
    return new Found(latest, true);
  }

  private boolean isAnother(String installedNow) {
    return !release.isEmpty() && !installedNow.isEmpty() && !release.equals(installedNow);
  }

  private static LeaderRecord read(ObjectStore.StoredObject object) {
    try {
      return LeaderRecord.fromJson(object.bytes().utf8String());
    } catch (MalformedMessageException e) {
      throw new CompletionException(e);
    }
  }
}
