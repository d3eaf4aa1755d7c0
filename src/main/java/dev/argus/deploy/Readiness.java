package dev.argus.deploy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/** Waits for the web tier to say that it can serve, as its clients see it from here. */
final class Readiness {
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int MAX_SHOWN = 200;

  private final HttpClient http;
  private final Supplier<Optional<URI>> address;
  private final Poll poll;
  private Seen seen = new Seen(Optional.empty(), false, "no web node runs yet");

  /**
   * How it stands.
   *
   * @param url empty while there is none
   * @param ready whether photos can be sent
   * @param detail what is in the way, or what to know
   */
  record Seen(Optional<URI> url, boolean ready, String detail) {}

  /**
   * @param address where the web tier is; a node that is replaced comes back at another
   */
  Readiness(Supplier<Optional<URI>> address, Poll poll) {
    this(address, poll, null);
  }

  /**
   * @param issuers of a load balancer's certificate; null for those whom Java trusts
   */
  Readiness(Supplier<Optional<URI>> address, Poll poll, KeyStore issuers) {
    this.address = address;
    this.poll = poll;
    // Whether it is ready everybody may ask: no token is sent.
    this.http =
        HttpClient.newBuilder().connectTimeout(ANSWER).sslContext(AnyName.context(issuers)).build();
  }

  /** Looks until it is ready, or the limit is over. */
  Seen await(Duration limit) throws InterruptedException {
    poll.until(
        () -> {
          seen = look();
          return seen.ready();
        },
        LOOK,
        limit);
    return seen;
  }

  private Seen look() {
    Optional<URI> url = address.get();
    if (url.isEmpty()) {
      return new Seen(url, false, "no web node runs yet");
    }
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(url.get().resolve("/readyz")).timeout(ANSWER).build(),
              BodyHandlers.ofString());
      return answer.statusCode() == OK
          ? new Seen(url, true, hint(url.get()))
          : new Seen(url, false, "it answers %d: %s".formatted(answer.statusCode(), start(answer)));
    } catch (SSLException e) {
      return new Seen(
          url,
          false,
          "its certificate is not one that Java trusts here ("
              + e.getMessage()
              + "): have it trust the issuer, or do not look, with --wait 0");
    } catch (IOException e) {
      return new Seen(
          url,
          false,
          "it cannot be reached from here (%s); it may be installing still, or AllowedCidr may not"
                  .formatted(e.getClass().getSimpleName())
              + " have the address from which this machine is seen");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Seen(url, false, "interrupted");
    }
  }

  /** Only a load balancer has HTTPS, and its certificate is never for its own name. */
  private static String hint(URI url) {
    return url.getScheme().equals("https")
        ? "to use it, give the name in its certificate an alias or a CNAME to " + url.getHost()
        : "";
  }

  private static String start(HttpResponse<String> answer) {
    String body = answer.body().strip();
    return body.length() > MAX_SHOWN ? body.substring(0, MAX_SHOWN) : body;
  }
}
