package dev.argus.client;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.event.Logging;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.javadsl.ConnectHttp;
import org.apache.pekko.http.javadsl.HostConnectionPool;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.Uri;
import org.apache.pekko.http.javadsl.settings.ClientConnectionSettings;
import org.apache.pekko.http.javadsl.settings.ConnectionPoolSettings;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import scala.util.Try;

/**
 * Connections to one host, as many as there may be requests at once, and no more.
 *
 * <p>Nothing is retried here: whether a photo is sent again is the caller's decision.
 */
final class RequestPool {
  /** Below the 60 s after which servers commonly close idle connections: closing first is safe. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  private static final Duration PICK_UP = Duration.ofSeconds(30);

  /** Far more than callers have under way: streams are bounded, and threads wait. */
  private static final int MAX_WAITING = 10_000;

  private final BoundedSourceQueue<Pair<HttpRequest, CompletableFuture<HttpResponse>>> requests;
  private final HostConnectionPool connections;

  /**
   * Opens a pool; connections are made as they are needed.
   *
   * @param timeout how long a connection may be silent, which is how long an answer may take
   */
  RequestPool(ClassicActorSystemProvider system, URI host, int size, Duration timeout) {
    ConnectionPoolSettings defaults = ConnectionPoolSettings.create(system.classicSystem());
    ConnectionPoolSettings settings =
        defaults
            .withConnectionSettings(
                ClientConnectionSettings.create(system.classicSystem()).withIdleTimeout(timeout))
            .withMaxConnections(size)
            .withMaxOpenRequests(powerOfTwoAtLeast(size))
            .withMaxRetries(0)
            // A host that refuses connections is reported at once, not waited for.
            .withBaseConnectionBackoff(Duration.ZERO)
            .withMaxConnectionBackoff(Duration.ZERO)
            .withKeepAliveTimeout(KEEP_ALIVE)
            .withIdleTimeout(timeout)
            .withResponseEntitySubscriptionTimeout(PICK_UP);
    Flow<
            Pair<HttpRequest, CompletableFuture<HttpResponse>>,
            Pair<Try<HttpResponse>, CompletableFuture<HttpResponse>>,
            HostConnectionPool>
        pool = pool(system, host, settings);
    var running =
        Source.<Pair<HttpRequest, CompletableFuture<HttpResponse>>>queue(MAX_WAITING)
            .viaMat(pool, Keep.both())
            .to(Sink.foreach(RequestPool::complete))
            .run(system);
    requests = running.first();
    connections = running.second();
  }

  private static Flow<
          Pair<HttpRequest, CompletableFuture<HttpResponse>>,
          Pair<Try<HttpResponse>, CompletableFuture<HttpResponse>>,
          HostConnectionPool>
      pool(ClassicActorSystemProvider system, URI host, ConnectionPoolSettings settings) {
    // Not newHostConnectionPool: as of Pekko HTTP 1.3.0 it speaks TLS to plain hosts too.
    Http http = Http.get(system);
    ConnectHttp to = ConnectHttp.toHost(Uri.create(host.toString()));
    // Pekko gives pools that are set up equally the same connections, and closing one would close
    // the other: the log is part of the set-up, and one of its own makes each pool different.
    LoggingAdapter log = Logging.getLogger(system.classicSystem(), RequestPool.class);
    return to.isHttps()
        ? http.cachedHostConnectionPoolHttps(to, settings, log)
        : http.cachedHostConnectionPool(to, settings, log);
  }

  /** Sends a request; at most as many at once as the pool is large, and 10,000 wait. */
  CompletionStage<HttpResponse> send(HttpRequest request) {
    CompletableFuture<HttpResponse> response = new CompletableFuture<>();
    QueueOfferResult offered = requests.offer(Pair.create(request, response));
    if (!offered.isEnqueued()) {
      response.completeExceptionally(
          new IllegalStateException("the connection pool takes no request: " + offered));
    }
    return response;
  }

  /** Closes all connections; done when they are closed. */
  CompletionStage<Done> close() {
    requests.complete();
    return connections.shutdown();
  }

  private static void complete(Pair<Try<HttpResponse>, CompletableFuture<HttpResponse>> result) {
    if (result.first().isSuccess()) {
      result.second().complete(result.first().get());
    } else {
      result.second().completeExceptionally(result.first().failed().get());
    }
  }

  /** Pekko takes no other numbers for its limit of open requests. */
  private static int powerOfTwoAtLeast(int size) {
    return size == 1 ? 1 : Integer.highestOneBit(size - 1) << 1;
  }
}
