package dev.argus.aws;

import dev.argus.config.AwsSettings;
import java.time.Duration;

/**
 * How acknowledgements are acted on.
 *
 * @param deleteParallelism delete calls under way at once. Changes of visibility go one call after
 *     the other, so that a renewal never overtakes the give-back that follows it
 * @param deleteLinger how long a delete waits for company at most: nobody waits for a delete, its
 *     lease outlasts it by far, and ten deletes cost as much as one
 * @param retry of calls and of single entries of a batch that failed on SQS's side
 */
public record SqsAckSettings(int deleteParallelism, Duration deleteLinger, RetryPolicy retry) {
  private static final int DEFAULT_PARALLELISM = 4;

  public SqsAckSettings {
    if (deleteParallelism < 1) {
      throw new IllegalArgumentException(
          "deleteParallelism: expected 1 or more, found " + deleteParallelism);
    }
  }

  public static SqsAckSettings of(AwsSettings aws) {
    return new SqsAckSettings(DEFAULT_PARALLELISM, aws.deleteLinger(), RetryPolicy.of(aws));
  }

  public SqsAckSettings withDeleteParallelism(int value) {
    return new SqsAckSettings(value, deleteLinger, retry);
  }
}
