package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How long objects are kept in S3; {@code argus.retention}.
 *
 * @param photos photos as they came, which are also the acceptance records
 * @param results results: longer than photos, for a photo without its result looks unanswered
 * @param idempotencyKeys what an {@code Idempotency-Key} stands for
 * @param batches which photos came together: no longer than results
 * @param deadLetters requests that were given up, for the operator
 * @param attempts the count of attempts on a photo that its nodes may have died of
 * @param callbacks webhooks that are owed and, against all expectation, never done with
 * @param cleanInterval how often expired objects are looked for, where the store does not do it
 */
public record RetentionSettings(
    Duration photos,
    Duration results,
    Duration idempotencyKeys,
    Duration batches,
    Duration deadLetters,
    Duration attempts,
    Duration callbacks,
    Duration cleanInterval) {

  /** S3 ends a lifetime at midnight: a photo must be gone before its result may go. */
  private static final Duration MIN_LEAD = Duration.ofDays(1);

  /** SQS keeps a message for at most 14 days; what is known of it must last as long. */
  private static final Duration LONGEST_MESSAGE = Duration.ofDays(14);

  public RetentionSettings {
    Checks.positive("retention.photos", photos);
    Checks.ordered(
        "retention.photos plus a day", photos.plus(MIN_LEAD), "retention.results", results);
    Checks.positive("retention.idempotency-keys", idempotencyKeys);
    Checks.ordered("retention.batches", batches, "retention.results", results);
    Checks.positive("retention.dead-letters", deadLetters);
    Checks.ordered(
        "retention.attempts must outlast a message in SQS: 14 days",
        LONGEST_MESSAGE,
        "retention.attempts",
        attempts);
    Checks.positive("retention.callbacks", callbacks);
    Checks.positive("retention.clean-interval", cleanInterval);
  }

  static RetentionSettings from(Config c) {
    return new RetentionSettings(
        c.getDuration("photos"),
        c.getDuration("results"),
        c.getDuration("idempotency-keys"),
        c.getDuration("batches"),
        c.getDuration("dead-letters"),
        c.getDuration("attempts"),
        c.getDuration("callbacks"),
        c.getDuration("clean-interval"));
  }
}
