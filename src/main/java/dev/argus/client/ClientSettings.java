package dev.argus.client;

import dev.argus.config.InvalidSettingException;
import dev.argus.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What an {@link ArgusClient} calls, and how.
 *
 * @param url where Argus is, such as {@code http://127.0.0.1:8000/}; http or https
 * @param parallelism photos of one stream under way at once, and connections; 1 to 10,000
 * @param token the bearer token that each request carries
 * @param retries how long it tries
 * @param uploadWait how long an upload waits before its photo is looked up by its id ({@code
 *     Prefer: wait=N}); zero does not wait ({@code respond-async}), empty waits as long as Argus
 *     allows. A short one suits load balancers that cut silent connections
 * @param requestTimeout how long one request may be without an answer, at most 1 h. Above 300 s,
 *     the time that Argus by default takes for an answer or a 504, if {@code uploadWait} is empty
 * @param top how many predictions each result shows
 * @param minProbability the least probability of a prediction that results show, 0 to 1
 */
public record ClientSettings(
    URI url,
    int parallelism,
    Optional<Secret> token,
    Retries retries,
    Optional<Duration> uploadWait,
    Duration requestTimeout,
    OptionalInt top,
    OptionalDouble minProbability) {

  private static final int MAX_PARALLELISM = 10_000;
  private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

  public ClientSettings {
    String scheme = String.valueOf(url.getScheme());
    require(
        (scheme.equals("http") || scheme.equals("https")) && url.getHost() != null,
        "url: expected http://HOST:PORT/ or https://HOST:PORT/, found " + url);
    require(
        url.getRawUserInfo() == null,
        "url: expected no user or password in it, found one; a token is a setting of its own");
    require(
        parallelism >= 1 && parallelism <= MAX_PARALLELISM,
        "concurrency: expected 1 to " + MAX_PARALLELISM + ", found " + parallelism);
    requireWithin("request timeout", requestTimeout, MAX_TIMEOUT);
    require(
        uploadWait.isEmpty()
            || (!uploadWait.get().isNegative() && uploadWait.get().compareTo(requestTimeout) < 0),
        "wait of an upload: expected at least zero and less than the request timeout, found "
            + uploadWait.map(Object::toString).orElse(""));
    require(top.isEmpty() || top.getAsInt() >= 1, "top: expected at least 1, found " + top);
    double least = minProbability.orElse(0);
    require(least >= 0 && least <= 1, "least probability: expected 0 to 1, found " + least);
  }

  /** Sixteen photos at once, tried for an hour, looked up after 20 s. */
  public static ClientSettings of(URI url) {
    return new ClientSettings(
        url,
        16,
        Optional.empty(),
        Retries.standard(),
        Optional.of(Duration.ofSeconds(20)),
        Duration.ofSeconds(330),
        OptionalInt.empty(),
        OptionalDouble.empty());
  }

  /** As many photos at once. */
  public ClientSettings withParallelism(int value) {
    return new ClientSettings(
        url, value, token, retries, uploadWait, requestTimeout, top, minProbability);
  }

  /** Shows this bearer token with each request. */
  public ClientSettings withToken(Secret value) {
    return new ClientSettings(
        url,
        parallelism,
        Optional.of(value),
        retries,
        uploadWait,
        requestTimeout,
        top,
        minProbability);
  }

  /** Tries like this. */
  public ClientSettings withRetries(Retries value) {
    return new ClientSettings(
        url, parallelism, token, value, uploadWait, requestTimeout, top, minProbability);
  }

  /** Lets an upload wait so long before its photo is looked up. */
  public ClientSettings withUploadWait(Optional<Duration> value) {
    return new ClientSettings(
        url, parallelism, token, retries, value, requestTimeout, top, minProbability);
  }

  /** Waits at most this long for one answer. */
  public ClientSettings withRequestTimeout(Duration value) {
    return new ClientSettings(
        url, parallelism, token, retries, uploadWait, value, top, minProbability);
  }

  /** Asks for so many predictions, none of them below this probability. */
  public ClientSettings withPredictions(int newTop, double newMinProbability) {
    return new ClientSettings(
        url,
        parallelism,
        token,
        retries,
        uploadWait,
        requestTimeout,
        OptionalInt.of(newTop),
        OptionalDouble.of(newMinProbability));
  }

  /** Where photos are posted: {@code v1/images} below the URL, which may have a path of its own. */
  public URI images() {
    String base = url.toString().replaceFirst("[?#].*$", "");
    return URI.create(base.endsWith("/") ? base : base + "/").resolve("v1/images");
  }

  /** The question mark and what follows it; empty if all is left to Argus. */
  String query() {
    List<String> parameters = new ArrayList<>();
    top.ifPresent(value -> parameters.add("top=" + value));
    minProbability.ifPresent(value -> parameters.add("min-probability=" + value));
    return parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
  }

  static void requireWithin(String name, Duration value, Duration max) {
    require(
        !value.isNegative() && !value.isZero() && value.compareTo(max) <= 0,
        name + ": expected above zero, at most " + max.toHours() + " h, found " + value);
  }

  static void require(boolean condition, String message) {
    if (!condition) {
      throw new InvalidSettingException("client: " + message);
    }
  }
}
