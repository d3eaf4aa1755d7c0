package dev.argus.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ledger as the web node's own metrics have it, since its last start.
 *
 * @param accepted photos that this process accepted
 */
record WebLedger(long accepted, long answered, long failed, long deadLettered, long pending) {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /**
   * Reads it from a web node.
   *
   * @throws IOException if the node does not tell, or not all
   */
  static WebLedger read(URI web) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(web.resolve("/metrics")).timeout(TIMEOUT).GET().build();
    return parse(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
  }

  /** Reads Prometheus text. */
  static WebLedger parse(String metrics) throws IOException {
    return new WebLedger(
        value(metrics, "accepted"),
        value(metrics, "answered"),
        value(metrics, "failed"),
        value(metrics, "dead_lettered"),
        value(metrics, "pending"));
  }

  boolean holds() {
    return accepted == answered + failed + deadLettered + pending;
  }

  private static long value(String metrics, String state) throws IOException {
    String series = "argus_ledger_photos{state=\"" + state + "\"}";
    Matcher line =
        Pattern.compile("^" + Pattern.quote(series) + " (\\S+)", Pattern.MULTILINE)
            .matcher(metrics);
    if (!line.find()) {
      throw new IOException("expected " + series + " in /metrics, found:\n" + metrics);
    }
    return (long) Double.parseDouble(line.group(1));
  }
}
