package dev.argus.aws;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.argus.config.AwsSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The limits of the HTTP connections to S3.
 *
 * <p>Pekko Connectors sends its requests through the actor system's default pool of connections to
 * a host and takes no pool of its own, so the limits have to be in the actor system's configuration
 * when it starts. Argus makes no other HTTP call through Pekko.
 */
public final class S3Pool {
  // S3 and its kin close idle connections after 20 s or more; a request must not meet a closed one.
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

  private S3Pool() {}

  /**
   * The configuration to start the actor system with.
   *
   * <p>Retries are off, since {@link S3ObjectStore} retries with a back-off and a deadline of its
   * own. A broken connection must not hold its place for longer than a call may take, and after an
   * outage the pool must not hold back for the two minutes that are Pekko's default.
   */
  public static Config configure(Config config, AwsSettings settings) {
    Map<String, Object> pool = new HashMap<>();
    pool.put("max-connections", settings.maxS3Connections());
    pool.put(
        "max-open-requests", powerOfTwo(settings.maxS3Connections() + settings.maxS3Waiting()));
    pool.put("max-retries", 0);
    pool.put("keep-alive-timeout", millis(KEEP_ALIVE));
    pool.put("base-connection-backoff", millis(settings.minBackoff()));
    pool.put("max-connection-backoff", millis(settings.maxBackoff()));
    pool.put("response-entity-subscription-timeout", millis(settings.callTimeout()));
    pool.put("client.idle-timeout", millis(settings.callTimeout()));
    pool.put("client.connecting-timeout", millis(settings.callTimeout()));
    return ConfigFactory.parseMap(pool, "argus.aws")
        .atPath("pekko.http.host-connection-pool")
        .withFallback(config);
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + "ms";
  }

  /** The smallest power of two that is not below {@code n}: Pekko takes no other number. */
  static int powerOfTwo(int n) {
    int highest = Integer.highestOneBit(n);
    return highest == n ? n : highest << 1;
  }
}
