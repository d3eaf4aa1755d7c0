package dev.argus.callback;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import dev.argus.callback.Destinations.ForbiddenDestinationException;
import dev.argus.config.Secret;
import dev.argus.ports.Completions;
import dev.argus.protocol.PhotoException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.http.javadsl.ClientTransport;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.OutgoingConnectionBuilder;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.settings.ClientConnectionSettings;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Sends webhooks in the form of Standard Webhooks (https://www.standardwebhooks.com): a POST with
 * an id, a time and an HMAC-SHA256 of both and the body.
 *
 * <p>Each goes over a connection of its own, to the address that was checked. Redirects are not
 * followed, and nothing is read of the answer but its status.
 */
final class WebhookSender {
  private final ActorSystem<?> system;
  private final List<Webhook> signers;
  private final Destinations destinations;
  private final Duration timeout;
  private final InstantSource clock;
  private final Executor blocking;

  WebhookSender(
      ActorSystem<?> system,
      List<Secret> secrets,
      Destinations destinations,
      Duration timeout,
      InstantSource clock) {
    this.system = system;
    this.signers = secrets.stream().map(secret -> new Webhook(secret.reveal())).toList();
    this.destinations = destinations;
    this.timeout = timeout;
    this.clock = clock;
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
  }

  /** What came of a delivery. */
  sealed interface Delivery {}

  /** The receiver has it. */
  enum Taken implements Delivery {
    INSTANCE
  }

  /** The receiver, or its address, is none for any further try. */
  record Hopeless(String why) implements Delivery {}

  /** It may do later. */
  record Missed(String why) implements Delivery {}

  /** Delivers one; never fails. */
  CompletionStage<Delivery> send(String id, URI url, String body) {
    HttpRequest request;
    try {
      request = signed(id, url, body);
    } catch (WebhookSigningException e) {
      return CompletableFuture.completedFuture(new Hopeless(e.toString()));
    }
    ClientConnectionSettings settings =
        ClientConnectionSettings.create(system.classicSystem())
            .withConnectingTimeout(timeout)
            .withIdleTimeout(timeout)
            .withTransport(ClientTransport.withCustomResolver(this::resolve));
    OutgoingConnectionBuilder connection =
        Http.get(system)
            .connectionTo(url.getHost())
            .toPort(Destinations.port(url))
            .withClientConnectionSettings(settings);
    return Source.single(request)
        .via(Destinations.isHttps(url) ? connection.https() : connection.http())
        .completionTimeout(timeout)
        .runWith(Sink.head(), system)
        .thenApply(this::delivery)
        .exceptionally(WebhookSender::failed)
        .toCompletableFuture()
        .completeOnTimeout(
            new Missed("no answer in time"), timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private HttpRequest signed(String id, URI url, String body) throws WebhookSigningException {
    long seconds = clock.instant().getEpochSecond();
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    return HttpRequest.POST(path + query)
        .addHeader(RawHeader.create("webhook-id", id))
        .addHeader(RawHeader.create("webhook-timestamp", Long.toString(seconds)))
        .addHeader(RawHeader.create("webhook-signature", signatures(id, seconds, body)))
        .addHeader(RawHeader.create("User-Agent", "argus"))
        .withEntity(
            HttpEntities.create(
                ContentTypes.APPLICATION_JSON, body.getBytes(StandardCharsets.UTF_8)));
  }

  /** One by each secret: receivers take whichever they know. */
  private String signatures(String id, long seconds, String body) throws WebhookSigningException {
    List<String> all = new ArrayList<>();
    for (Webhook signer : signers) {
      all.add(signer.sign(id, seconds, body));
    }
    return String.join(" ", all);
  }

  /**
   * Done if the URL may be called, or its name cannot be looked up now; fails with {@link
   * PhotoException} if it must not be.
   */
  CompletionStage<Done> check(URI url) {
    return resolve(url.getHost(), Destinations.port(url))
        .handle(
            (address, failure) -> {
              if (failed(failure) instanceof Hopeless hopeless) {
                throw Destinations.bad(hopeless.why());
              }
              return Done.getInstance();
            });
  }

  private CompletionStage<InetSocketAddress> resolve(String host, Object port) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return destinations.resolve(host, ((Number) port).intValue());
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        blocking);
  }

  private Delivery delivery(HttpResponse response) {
    response.entity().getDataBytes().runWith(Sink.cancelled(), system);
    int status = response.status().intValue();
    if (response.status().isSuccess()) {
      return Taken.INSTANCE;
    }
    return status == 410 ? new Hopeless("status 410, Gone") : new Missed("status " + status);
  }

  /** What a failure means; none at all means nothing. */
  private static Delivery failed(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ForbiddenDestinationException) {
        return new Hopeless(cause.getMessage());
      }
    }
    return new Missed(String.valueOf(Completions.cause(failure)));
  }
}
