package dev.argus.load;

import dev.argus.client.ClientSettings;
import dev.argus.client.Retries;
import dev.argus.config.InvalidSettingException;
import dev.argus.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a {@link LoadGenerator} does: which photos it sends where, how many, how many at once.
 *
 * @param client whom it calls, and how patiently. It sends as a plain client does: each photo once,
 *     and again only after a 429 or 503
 * @param images the folder of photos; its subfolders are not looked at
 * @param workload how many, and when
 * @param expected a file of right labels, see {@link ExpectedLabels}; without one none is judged
 * @param seed photos are drawn at random from this seed, and so are arrivals; without one photos go
 *     round in order of name, and arrivals are always the same
 * @param maxKeptBytes a folder up to this size is read once and kept in memory, a larger one is
 *     streamed from disk again and again
 * @param thresholds what the run must keep to
 */
public record LoadSettings(
    ClientSettings client,
    Path images,
    Workload workload,
    Optional<Path> expected,
    OptionalLong seed,
    long maxKeptBytes,
    Thresholds thresholds) {

  /** Refusals are retried this often in a closed loop, where they would else only speed it up. */
  private static final int CLOSED_LOOP_RETRIES = 60;

  private static final Duration MAX_RETRY_WAIT = Duration.ofSeconds(30);
  private static final long MAX_KEPT_BYTES = 64L * 1024 * 1024;

  public LoadSettings {
    if (maxKeptBytes < 0) {
      throw new InvalidSettingException(
          "load: bytes kept in memory: expected at least 0, found " + maxKeptBytes);
    }
  }

  /** A closed loop over photos in order of name, judged by nothing; the rest as most want it. */
  public static LoadSettings of(URI url, Path images, int requests, int concurrency) {
    return of(url, images, Workload.closed(requests, concurrency));
  }

  /**
   * Any loop over photos in order of name, judged by nothing. In a closed one refusals are retried;
   * in an open one they are what is measured.
   */
  public static LoadSettings of(URI url, Path images, Workload workload) {
    int retries = workload.arrivals().isEmpty() ? CLOSED_LOOP_RETRIES : 0;
    return new LoadSettings(
        ClientSettings.of(url)
            .withParallelism(workload.concurrency())
            .withUploadWait(Optional.empty())
            .withRetries(Retries.standard().upTo(retries, MAX_RETRY_WAIT).withoutRecovery()),
        images,
        workload,
        Optional.empty(),
        OptionalLong.empty(),
        MAX_KEPT_BYTES,
        Thresholds.none());
  }

  /** Judges answers by a file of right labels. */
  public LoadSettings withExpected(Path file) {
    return new LoadSettings(
        client, images, workload, Optional.of(file), seed, maxKeptBytes, thresholds);
  }

  /** Draws photos, and arrivals, at random. */
  public LoadSettings withSeed(long value) {
    return new LoadSettings(
        client, images, workload, expected, OptionalLong.of(value), maxKeptBytes, thresholds);
  }

  /** Keeps photos in memory up to this many bytes in all. */
  public LoadSettings withMaxKeptBytes(long value) {
    return new LoadSettings(client, images, workload, expected, seed, value, thresholds);
  }

  /** Keeps to these. */
  public LoadSettings withThresholds(Thresholds value) {
    return new LoadSettings(client, images, workload, expected, seed, maxKeptBytes, value);
  }

  /** Waits at most this long for one answer. */
  public LoadSettings withRequestTimeout(Duration value) {
    return with(client.withRequestTimeout(value));
  }

  /** Sends a refused photo again this often, after at most this long. */
  public LoadSettings withRetries(int times, Duration maxWait) {
    return with(client.withRetries(client.retries().upTo(times, maxWait)));
  }

  /** Sends a refused photo again this often. */
  public LoadSettings withRetries(int times) {
    return withRetries(times, client.retries().maxWait());
  }

  /** Shows this bearer token with each request. */
  public LoadSettings withToken(Secret value) {
    return with(client.withToken(value));
  }

  private LoadSettings with(ClientSettings value) {
    return new LoadSettings(value, images, workload, expected, seed, maxKeptBytes, thresholds);
  }
}
