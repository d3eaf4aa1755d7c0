package dev.argus.client;

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
 * @param url where Argus is, such as {@code http://127.0.0.1:8000/}; http or https
 * @param images the folder of photos; its subfolders are not looked at
 * @param requests photos to send in all
 * @param concurrency photos under way at once, 1 to 10,000: a closed loop, so a new one starts when
 *     one is done
 * @param expected a file of right labels, see {@link ExpectedLabels}; without one none is judged
 * @param seed photos are drawn at random from this seed; without one they go round in order of name
 * @param requestTimeout how long one request may wait for its answer. Above 300 s, the time that
 *     Argus by default takes for an answer or a 504, lest the generator blames Argus for its own
 *     impatience
 * @param maxRetries how often one photo is sent again after a 429 or 503
 * @param maxRetryWait the longest wait before that, whatever Retry-After says
 * @param maxKeptBytes a folder up to this size is read once and kept in memory, a larger one is
 *     streamed from disk again and again
 * @param token the bearer token that each request carries
 */
public record LoadSettings(
    URI url,
    Path images,
    int requests,
    int concurrency,
    Optional<Path> expected,
    OptionalLong seed,
    Duration requestTimeout,
    int maxRetries,
    Duration maxRetryWait,
    long maxKeptBytes,
    Optional<Secret> token) {

  private static final int MAX_CONCURRENCY = 10_000;
  private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

  public LoadSettings {
    String scheme = String.valueOf(url.getScheme());
    require(
        (scheme.equals("http") || scheme.equals("https")) && url.getHost() != null,
        "url: expected http://HOST:PORT/ or https://HOST:PORT/, found " + url);
    require(
        url.getRawUserInfo() == null,
        "url: expected no user or password in it, found one; a token is for --token-file or ARGUS_TOKEN");
    require(requests >= 1, "requests: expected at least 1, found " + requests);
    require(
        concurrency >= 1 && concurrency <= MAX_CONCURRENCY,
        "concurrency: expected 1 to " + MAX_CONCURRENCY + ", found " + concurrency);
    require(
        isPositive(requestTimeout) && requestTimeout.compareTo(MAX_TIMEOUT) <= 0,
        "request timeout: expected above zero, at most 1 h, found " + requestTimeout);
    require(maxRetries >= 0, "retries: expected at least 0, found " + maxRetries);
    require(
        isPositive(maxRetryWait) && maxRetryWait.compareTo(MAX_TIMEOUT) <= 0,
        "wait before a retry: expected above zero, at most 1 h, found " + maxRetryWait);
    require(maxKeptBytes >= 0, "bytes kept in memory: expected at least 0, found " + maxKeptBytes);
  }

  /** Photos in order of name, judged by nothing; the rest as most runs want it. */
  public static LoadSettings of(URI url, Path images, int requests, int concurrency) {
    return new LoadSettings(
        url,
        images,
        requests,
        concurrency,
        Optional.empty(),
        OptionalLong.empty(),
        Duration.ofSeconds(330),
        60,
        Duration.ofSeconds(30),
        64L * 1024 * 1024,
        Optional.empty());
  }

  /** Judges answers by a file of right labels. */
  public LoadSettings withExpected(Path file) {
    return new LoadSettings(
        url,
        images,
        requests,
        concurrency,
        Optional.of(file),
        seed,
        requestTimeout,
        maxRetries,
        maxRetryWait,
        maxKeptBytes,
        token);
  }

  /** Draws photos at random. */
  public LoadSettings withSeed(long value) {
    return new LoadSettings(
        url,
        images,
        requests,
        concurrency,
        expected,
        OptionalLong.of(value),
        requestTimeout,
        maxRetries,
        maxRetryWait,
        maxKeptBytes,
        token);
  }

  /** Waits at most this long for one answer. */
  public LoadSettings withRequestTimeout(Duration value) {
    return new LoadSettings(
        url,
        images,
        requests,
        concurrency,
        expected,
        seed,
        value,
        maxRetries,
        maxRetryWait,
        maxKeptBytes,
        token);
  }

  /** Sends a refused photo again this often, after at most this long. */
  public LoadSettings withRetries(int times, Duration maxWait) {
    return new LoadSettings(
        url,
        images,
        requests,
        concurrency,
        expected,
        seed,
        requestTimeout,
        times,
        maxWait,
        maxKeptBytes,
        token);
  }

  /** Keeps photos in memory up to this many bytes in all. */
  public LoadSettings withMaxKeptBytes(long value) {
    return new LoadSettings(
        url,
        images,
        requests,
        concurrency,
        expected,
        seed,
        requestTimeout,
        maxRetries,
        maxRetryWait,
        value,
        token);
  }

  /** Shows this bearer token with each request. */
  public LoadSettings withToken(Secret value) {
    return new LoadSettings(
        url,
        images,
        requests,
        concurrency,
        expected,
        seed,
        requestTimeout,
        maxRetries,
        maxRetryWait,
        maxKeptBytes,
        Optional.of(value));
  }

  /** Where photos are posted: {@code v1/images} below the URL, which may have a path of its own. */
  URI target() {
    String base = url.toString().replaceFirst("[?#].*$", "");
    return URI.create(base.endsWith("/") ? base : base + "/").resolve("v1/images");
  }

  private static boolean isPositive(Duration d) {
    return !d.isNegative() && !d.isZero();
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new InvalidSettingException("load: " + message);
    }
  }
}
