package dev.argus.ports;

import dev.argus.config.NamesSettings;
import dev.argus.config.RetentionSettings;
import dev.argus.protocol.ObjectKeys;
import java.time.Duration;
import java.util.List;

/**
 * Objects of one bucket go when they are older than this.
 *
 * @param prefix of their keys; empty for the whole bucket
 * @param age since the object was last written
 */
public record RetentionRule(String bucket, String prefix, Duration age) {

  /** Every rule there is: on AWS a lifecycle of the buckets, locally done by the embedded S3. */
  public static List<RetentionRule> of(RetentionSettings settings, NamesSettings names) {
    return List.of(
        new RetentionRule(names.inputBucket(), "", settings.photos()),
        new RetentionRule(names.outputBucket(), "", settings.results()),
        new RetentionRule(
            names.stateBucket(), ObjectKeys.IDEMPOTENCY_KEYS, settings.idempotencyKeys()),
        new RetentionRule(names.stateBucket(), ObjectKeys.BATCHES, settings.batches()),
        new RetentionRule(names.stateBucket(), ObjectKeys.DEAD_LETTERS, settings.deadLetters()),
        new RetentionRule(names.stateBucket(), ObjectKeys.ATTEMPTS, settings.attempts()),
        new RetentionRule(names.stateBucket(), ObjectKeys.CALLBACKS, settings.callbacks()));
  }
}
