package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How AWS is called; {@code argus.aws}.
 *
 * @param maxObjectBytes the largest object that is read into memory
 */
public record AwsSettings(
    Duration callTimeout,
    int maxConnections,
    int maxS3Connections,
    int maxS3Waiting,
    int maxWaitingSends,
    int maxObjectBytes,
    Duration deleteLinger,
    Duration batchLinger,
    Duration minBackoff,
    Duration maxBackoff) {

  public AwsSettings {
    Checks.positive("aws.call-timeout", callTimeout);
    Checks.atLeast("aws.max-connections", maxConnections, 1);
    Checks.atLeast("aws.max-s3-connections", maxS3Connections, 1);
    Checks.atLeast("aws.max-s3-waiting", maxS3Waiting, 1);
    Checks.atLeast("aws.max-waiting-sends", maxWaitingSends, 1);
    Checks.atLeast("aws.max-object-size", maxObjectBytes, 1024);
    Checks.atMost("aws.delete-linger", deleteLinger, Duration.ofSeconds(5));
    Checks.atMost("aws.batch-linger", batchLinger, Duration.ofSeconds(1));
    Checks.ordered("aws.min-backoff", minBackoff, "aws.max-backoff", maxBackoff);
  }

  static AwsSettings from(Config c) {
    return new AwsSettings(
        c.getDuration("call-timeout"),
        c.getInt("max-connections"),
        c.getInt("max-s3-connections"),
        c.getInt("max-s3-waiting"),
        c.getInt("max-waiting-sends"),
        Checks.bytes(c, "aws", "max-object-size"),
        c.getDuration("delete-linger"),
        c.getDuration("batch-linger"),
        c.getDuration("min-backoff"),
        c.getDuration("max-backoff"));
  }
}
