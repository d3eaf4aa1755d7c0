package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.Optional;

/** The web tier; {@code argus.web}. Sizes in bytes. */
public record WebSettings(
    String host,
    int port,
    Duration deadline,
    int maxPhotoBytes,
    Duration bodyTimeout,
    int maxInFlight,
    int maxBodies,
    long maxBufferedBytes,
    int maxPolls,
    int maxConnections,
    int refusedConnections,
    Duration idleTimeout,
    Duration stopTimeout,
    Duration requestIdleTimeout,
    Duration retryAfter,
    int refusedBodyBytes,
    Duration refusalTimeout,
    int clientRate,
    int clientBurst,
    int maxClients,
    int inlineLimitBytes,
    Duration maxWait,
    Duration resultPoll,
    int maxPhotosPerForm,
    int replyParallelism,
    Duration readinessInterval,
    Duration heartbeatInterval,
    Duration responseQueueExpiry,
    SweepSettings sweep,
    AccessSettings access,
    Optional<TlsSettings> tls) {

  /** A message holds 1 MiB (an SQS limit), base64 adds a third, and attributes take room too. */
  private static final int MAX_INLINE_BYTES = 700 * 1024;

  public WebSettings {
    Checks.within("web.port", port, 0, 65535);
    Checks.positive("web.deadline", deadline);
    Checks.atLeast("web.max-photo-size", maxPhotoBytes, 1024);
    Checks.positive("web.body-timeout", bodyTimeout);
    Checks.atLeast("web.max-in-flight", maxInFlight, 1);
    Checks.atLeast("web.max-bodies", maxBodies, 1);
    Checks.atLeast("web.max-buffered", maxBufferedBytes, maxPhotoBytes);
    Checks.atLeast("web.max-polls", maxPolls, 1);
    Checks.atLeast("web.max-connections", maxConnections, 1);
    Checks.atLeast("web.refused-connections", refusedConnections, 1);
    Checks.ordered("web.deadline", deadline, "web.idle-timeout", idleTimeout);
    Checks.positive("web.stop-timeout", stopTimeout);
    Checks.positive("web.request-idle-timeout", requestIdleTimeout);
    Checks.positive("web.retry-after", retryAfter);
    Checks.atLeast("web.refused-body-limit", refusedBodyBytes, 0);
    Checks.positive("web.refusal-timeout", refusalTimeout);
    Checks.within("web.client-rate", clientRate, 1, 1_000_000);
    Checks.atLeast("web.client-burst", clientBurst, 1);
    Checks.atLeast("web.max-clients", maxClients, 1);
    Checks.within("web.inline-limit", inlineLimitBytes, 0, MAX_INLINE_BYTES);
    Checks.positive("web.max-wait", maxWait);
    Checks.positive("web.result-poll", resultPoll);
    Checks.atLeast("web.max-photos-per-form", maxPhotosPerForm, 1);
    Checks.atLeast("web.reply-parallelism", replyParallelism, 1);
    Checks.positive("web.readiness-interval", readinessInterval);
    Checks.ordered(
        "web.heartbeat-interval, five times",
        heartbeatInterval.multipliedBy(5),
        "web.response-queue-expiry",
        responseQueueExpiry);
  }

  static WebSettings from(Config c) {
    return new WebSettings(
        c.getString("host"),
        c.getInt("port"),
        c.getDuration("deadline"),
        Checks.bytes(c, "max-photo-size"),
        c.getDuration("body-timeout"),
        c.getInt("max-in-flight"),
        c.getInt("max-bodies"),
        c.getBytes("max-buffered"),
        c.getInt("max-polls"),
        c.getInt("max-connections"),
        c.getInt("refused-connections"),
        c.getDuration("idle-timeout"),
        c.getDuration("stop-timeout"),
        c.getDuration("request-idle-timeout"),
        c.getDuration("retry-after"),
        Checks.bytes(c, "refused-body-limit"),
        c.getDuration("refusal-timeout"),
        c.getInt("client-rate"),
        c.getInt("client-burst"),
        c.getInt("max-clients"),
        Checks.bytes(c, "inline-limit"),
        c.getDuration("max-wait"),
        c.getDuration("result-poll"),
        c.getInt("max-photos-per-form"),
        c.getInt("reply-parallelism"),
        c.getDuration("readiness-interval"),
        c.getDuration("heartbeat-interval"),
        c.getDuration("response-queue-expiry"),
        SweepSettings.from(c.getConfig("sweep")),
        AccessSettings.from(c),
        TlsSettings.from(c.getConfig("tls")));
  }
}
