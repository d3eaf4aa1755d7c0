package dev.argus.aws;

import dev.argus.config.AwsSettings;
import java.time.Duration;

/**
 * How messages are sent.
 *
 * @param parallelism calls under way at once; further messages gather into batches meanwhile
 * @param linger how long a patient message waits for company at most
 * @param retry of calls and of single entries of a batch that failed on SQS's side
 */
public record SqsPublishSettings(int parallelism, Duration linger, RetryPolicy retry) {
  private static final int DEFAULT_PARALLELISM = 4;

  public SqsPublishSettings {
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism: expected 1 or more, found " + parallelism);
    }
  }

  public static SqsPublishSettings of(AwsSettings aws) {
    return new SqsPublishSettings(DEFAULT_PARALLELISM, aws.batchLinger(), RetryPolicy.of(aws));
  }

  public SqsPublishSettings withParallelism(int value) {
    return new SqsPublishSettings(value, linger, retry);
  }
}
