package dev.argus.aws;

import dev.argus.config.AwsSettings;
import dev.argus.config.Backoff;
import dev.argus.config.WorkerSettings;
import java.time.Duration;

/**
 * How a queue is received from.
 *
 * @param waitTime how long SQS holds a receive open for messages (long polling): 0 to 20 s
 * @param visibilityTimeout how long a lease starts: above 0, at most 12 h
 * @param maxConcurrentReceives receives side by side while each comes back full
 * @param minBackoff the first wait after a failed receive
 * @param maxBackoff the longest wait after failed receives
 * @param linger the longest pause after a receive that did not come back full, where the gate is
 *     patient
 * @param callTimeout a receive that takes this much longer than the wait time is broken
 */
public record SqsSourceSettings(
    Duration waitTime,
    Duration visibilityTimeout,
    int maxConcurrentReceives,
    Duration minBackoff,
    Duration maxBackoff,
    Duration linger,
    Duration callTimeout) {

  /** An SQS limit on WaitTimeSeconds. */
  public static final Duration MAX_WAIT = WorkerSettings.MAX_RECEIVE_WAIT;

  /** An SQS limit on VisibilityTimeout. */
  public static final Duration MAX_VISIBILITY = WorkerSettings.MAX_VISIBILITY;

  /** An SQS limit on MaxNumberOfMessages and on the entries of every batch call. */
  public static final int MAX_BATCH = 10;

  private static final int DEFAULT_CONCURRENT_RECEIVES = 4;

  public SqsSourceSettings {
    if (waitTime.isNegative() || waitTime.compareTo(MAX_WAIT) > 0) {
      throw new IllegalArgumentException(
          "waitTime: SQS allows 0 to " + MAX_WAIT + ", found " + waitTime);
    }
    if (visibilityTimeout.toSeconds() < 1 || visibilityTimeout.compareTo(MAX_VISIBILITY) > 0) {
      throw new IllegalArgumentException(
          "visibilityTimeout: expected 1 s to the "
              + MAX_VISIBILITY
              + " that SQS allows, found "
              + visibilityTimeout);
    }
    if (maxConcurrentReceives < 1) {
      throw new IllegalArgumentException(
          "maxConcurrentReceives: expected 1 or more, found " + maxConcurrentReceives);
    }
  }

  public static SqsSourceSettings of(
      AwsSettings aws, Duration waitTime, Duration visibilityTimeout) {
    return new SqsSourceSettings(
        waitTime,
        visibilityTimeout,
        DEFAULT_CONCURRENT_RECEIVES,
        aws.minBackoff(),
        aws.maxBackoff(),
        aws.batchLinger(),
        aws.callTimeout());
  }

  public SqsSourceSettings withMaxConcurrentReceives(int max) {
    return new SqsSourceSettings(
        waitTime, visibilityTimeout, max, minBackoff, maxBackoff, linger, callTimeout);
  }

  public SqsSourceSettings withWaitTime(Duration wait) {
    return new SqsSourceSettings(
        wait,
        visibilityTimeout,
        maxConcurrentReceives,
        minBackoff,
        maxBackoff,
        linger,
        callTimeout);
  }

  public SqsSourceSettings withVisibilityTimeout(Duration timeout) {
    return new SqsSourceSettings(
        waitTime, timeout, maxConcurrentReceives, minBackoff, maxBackoff, linger, callTimeout);
  }

  Backoff backoff() {
    return new Backoff(minBackoff, maxBackoff);
  }
}
