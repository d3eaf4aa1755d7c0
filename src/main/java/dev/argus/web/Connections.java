package dev.argus.web;

import dev.argus.config.WebSettings;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.IncomingConnection;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open HTTP connections: how many, how they are served, and how they end.
 *
 * <p>Up to {@code argus.web.max-connections} are served. So many more as {@code
 * argus.web.refused-connections} get one answer each, which says that there are too many; any
 * further one is closed at once, rather than left to wait where nobody looks.
 *
 * <p>Pekko HTTP's own graceful termination would do for a server whose requests are short. It cuts
 * a connection without a request in progress at once, and so loses an answer that was given but not
 * yet sent: here that is what every waiting client is told at the end. Safe for use by many
 * threads.
 */
final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  private final Materializer materializer;
  private final RequestHandler routes;
  private final RequestHandler refusals;
  private final WebMetrics metrics;
  private final WebSettings settings;
  private final AtomicInteger count = new AtomicInteger();
  private final Set<ConnectionStage.Control> open = ConcurrentHashMap.newKeySet();
  private volatile boolean finishing;

  /**
   * @param routes answers on connections that are served
   * @param refusals answers on those beyond
   */
  Connections(
      ActorSystem<?> system,
      RequestHandler routes,
      RequestHandler refusals,
      WebMetrics metrics,
      WebSettings settings) {
    this.materializer = Materializer.matFromSystem(system);
    this.routes = routes;
    this.refusals = refusals;
    this.metrics = metrics;
    this.settings = settings;
  }

  /** Serves a connection until it ends, refuses it, or closes it. Never fails. */
  void accept(IncomingConnection connection) {
    int number = count.incrementAndGet();
    InetAddress address = connection.remoteAddress().getAddress();
    try {
      if (number <= settings.maxConnections()) {
        run(
            connection,
            new ConnectionStage(
                address, routes, settings.requestIdleTimeout(), false, this::opened));
        return;
      }
      metrics.refused(Refusal.Reason.CONNECTIONS);
      if (number <= settings.maxConnections() + settings.refusedConnections()) {
        run(
            connection,
            new ConnectionStage(address, refusals, settings.refusalTimeout(), true, this::opened));
        return;
      }
      connection.handleWith(Flow.fromSinkAndSource(Sink.cancelled(), Source.empty()), materializer);
    } catch (RuntimeException e) {
      // The stream of connections must not end with this one.
      LOG.warn("a connection from {} is not served: {}", address, e.toString());
    }
    count.decrementAndGet();
  }

  private void run(IncomingConnection connection, ConnectionStage stage) {
    connection
        .handleWith(Flow.fromGraph(stage), materializer)
        .ended()
        .whenComplete((ended, failure) -> count.decrementAndGet());
  }

  /** Before its first request: a stop that comes between must wait for its answer. */
  private void opened(ConnectionStage.Control connection) {
    open.add(connection);
    connection.ended().whenComplete((ended, failure) -> open.remove(connection));
    if (finishing) {
      connection.finish();
    }
  }

  /** How many there are, those included that are refused. */
  int open() {
    return count.get();
  }

  /** Ends every connection after the answer to its request in progress; done when all have. */
  CompletionStage<Done> finish() {
    finishing = true;
    CompletableFuture<?>[] ended =
        open.stream()
            .map(
                control -> {
                  control.finish();
                  return control.ended().toCompletableFuture();
                })
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(ended).thenApply(all -> Done.getInstance());
  }

  /** Ends what is left. */
  void abort() {
    open.forEach(ConnectionStage.Control::abort);
  }
}
