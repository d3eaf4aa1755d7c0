package dev.argus.ports;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Creates and removes response queues: each web node has one of its own.
 *
 * <p>Safe for use by many threads. Every stage fails with the transport's error when the queues
 * cannot be reached.
 */
public interface QueueAdmin {
  /** Creates a queue unless it is there. SQS refuses that for 60 s after the queue was removed. */
  CompletionStage<Done> create(String name);

  /** Removes a queue with all that it holds, if there is one. */
  CompletionStage<Done> delete(String name);
}
