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
    checkQueue("names.request-queue", requestQueue);
    checkQueue("names.response-queue", responseQueue);
    checkQueue("names.dead-letter-queue", deadLetterQueue);
    if (responseQueue.equals(requestQueue)
        || responseQueue.equals(deadLetterQueue)
        || requestQueue.equals(deadLetterQueue)) {
      throw new InvalidSettingException(
          "argus.names: expected three different queues, found request-queue = "
              + requestQueue
              + ", response-queue = "
              + responseQueue
              + ", dead-letter-queue = "
              + deadLetterQueue);
    }
    checkBucket("names.input-bucket", inputBucket);
    checkBucket("names.output-bucket", outputBucket);
    checkBucket("names.state-bucket", stateBucket);
  }

  /** SQS: at most 80 letters, digits, hyphens and underscores. */
  private static void checkQueue(String setting, String queue) {
    Checks.matches(setting, queue, "[A-Za-z0-9_-]{1,80}");
  }

  /** S3: 3 to 63 lower-case letters, digits, dots and hyphens. */
  private static void checkBucket(String setting, String bucket) {
    Checks.matches(setting, bucket, "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
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
