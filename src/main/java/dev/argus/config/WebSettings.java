package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.Optional;

/**
 * The web tier; {@code argus.web}, in the order in which a photo meets them.
 *
 * @param tls empty for HTTP
 * @param receiveWait of a receive from the response queue: it is asked for all day
 * @param replyParallelism response messages that are handed to waiting clients at once
 * @param readinessInterval readiness is checked at most this often
 * @param maxWatchers who watch the live feed of operations, at once
 */
public record WebSettings(
    ConnectionSettings connections,
    Optional<TlsSettings> tls,
    AccessSettings access,
    ClientRateSettings clientRates,
    AdmissionSettings admission,
    RefusalSettings refusals,
    UploadSettings uploads,
    RequestSettings requests,
    CallbackSettings callbacks,
    BatchSettings batches,
    Duration receiveWait,
    int replyParallelism,
    Duration readinessInterval,
    int maxWatchers,
    HeartbeatSettings heartbeat,
    SweepSettings sweep) {

  public WebSettings {
    // A client that waits for its answer is silent.
    Checks.ordered(
        "web.deadline", requests.deadline(), "web.idle-timeout", connections.idleTimeout());
    // So is a stream without news.
    Checks.ordered(
        "web.stream-heartbeat", batches.heartbeat(), "web.idle-timeout", connections.idleTimeout());
    Checks.atLeast("web.max-buffered", admission.maxBufferedBytes(), uploads.maxPhotoBytes());
    Checks.positive("web.receive-wait", receiveWait);
    Checks.atMost("web.receive-wait", receiveWait, WorkerSettings.MAX_RECEIVE_WAIT);
    Checks.atLeast("web.reply-parallelism", replyParallelism, 1);
    Checks.positive("web.readiness-interval", readinessInterval);
    Checks.atLeast("web.max-watchers", maxWatchers, 1);
  }

  static WebSettings from(Config c) {
    return new WebSettings(
        ConnectionSettings.from(c),
        TlsSettings.from(c.getConfig("tls")),
        AccessSettings.from(c),
        ClientRateSettings.from(c),
        AdmissionSettings.from(c),
        RefusalSettings.from(c),
        UploadSettings.from(c),
        RequestSettings.from(c),
        CallbackSettings.from(c.getConfig("callbacks")),
        BatchSettings.from(c),
        c.getDuration("receive-wait"),
        c.getInt("reply-parallelism"),
        c.getDuration("readiness-interval"),
        c.getInt("max-watchers"),
        HeartbeatSettings.from(c),
        SweepSettings.from(c.getConfig("sweep")));
  }
}
