package dev.argus.config;

import com.typesafe.config.Config;

/**
 * The names of queues and buckets; {@code argus.names}.
 *
 * @param prefix also the value of the instance tag {@code argus:cluster}
 */
public record NamesSettings(
    String prefix,
    String requestQueue,
    String responseQueue,
    String deadLetterQueue,
    String inputBucket,
    String outputBucket,
    String stateBucket) {

  public NamesSettings {
    Checks.matches("names.prefix", prefix, "[a-z0-9][a-z0-9-]{0,30}");
    // SQS: at most 80 letters, digits, hyphens and underscores.
    for (String queue : new String[] {requestQueue, responseQueue, deadLetterQueue}) {
      Checks.matches("the name of a queue", queue, "[A-Za-z0-9_-]{1,80}");
    }
    // S3: 3 to 63 lower-case letters, digits, dots and hyphens.
    for (String bucket : new String[] {inputBucket, outputBucket, stateBucket}) {
      Checks.matches("the name of a bucket", bucket, "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    }
  }

  static NamesSettings from(Config c) {
    return new NamesSettings(
        c.getString("prefix"),
        c.getString("request-queue"),
        c.getString("response-queue"),
        c.getString("dead-letter-queue"),
        c.getString("input-bucket"),
        c.getString("output-bucket"),
        c.getString("state-bucket"));
  }
}
