package dev.argus.web;

import dev.argus.config.ConnectionSettings;
import dev.argus.config.RefusalSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open HTTP connections: how many, how they are served, and how they end.
 *
 * <p>Up to {@code argus.web.max-connections} are served. So many more as {@code
 * argus.web.refused-connections} get one answer each, which says that there are too many; any
 * further one is closed at once, rather than left to wait where nobody looks.
 *
 * <p>Pekko HTTP's own server would do if requests were short. At a stop it cuts a connection
 * without a request in progress, and so loses an answer that was given but not yet sent: here that
 * is what every waiting client is told at the end. Nor does it say when an answer is sent. So its
 * HTTP layer is put on the TCP layer here, where a connection ends after its last byte. Safe for
 * use by many threads.
 */
final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  private final ActorSystem<?> system;
  private final ServerSettings server;
  private final BidiFlow<HttpResponse, ByteString, ByteString, HttpRequest, NotUsed> http;
  private final RequestHandler routes;
  private final RequestHandler refusals;
  private final WebMetrics metrics;
  private final ConnectionSettings settings;
  private final RefusalSettings refused;
  private final AtomicInteger count = new AtomicInteger();
  private final Map<ConnectionStage.Control, CompletionStage<Done>> open =
      new ConcurrentHashMap<>();
  private volatile boolean finishing;

  /**
   * @param tls what lies between HTTP and TCP
   * @param routes answers on connections that are served; never fails
   * @param refusals answers on those beyond; never fails
   * @param refused what those have time for, and what is read of them
   */
  Connections(
      ActorSystem<?> system,
      BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> tls,
      RequestHandler routes,
      RequestHandler refusals,
      WebMetrics metrics,
      ConnectionSettings settings,
      RefusalSettings refused) {
    this.system = system;
    this.server = ServerSettings.create(system.classicSystem());
    this.http = Http.get(system).serverLayer(server).atop(tls);
    this.routes = routes;
    this.refusals = refusals;
    this.metrics = metrics;
    this.settings = settings;
    this.refused = refused;
  }

  /** Opens the port, and accepts connections until it is unbound. Fails if it cannot be opened. */
  CompletionStage<Tcp.ServerBinding> bind() {
    return Tcp.get(system.classicSystem())
        .bind(
            settings.host(),
            settings.port(),
            server.getBacklog(),
            server.getSocketOptions(),
            true, // see LingeringClose
            Optional.of(settings.idleTimeout()))
        .to(Sink.foreach(this::accept))
        .run(system);
  }

  /** Serves a connection until it ends, refuses it, or closes it. Never fails. */
  private void accept(Tcp.IncomingConnection connection) {
    int number = count.incrementAndGet();
    try {
      if (number <= settings.maxOpen()) {
        run(connection, routes, settings.requestIdleTimeout(), false);
        return;
      }
      metrics.refused(Refusal.Reason.CONNECTIONS);
      if (number <= settings.maxOpen() + settings.maxRefused()) {
        run(connection, refusals, refused.timeout(), true);
        return;
      }
      connection.handleWith(Flow.fromSinkAndSource(Sink.cancelled(), Source.empty()), system);
    } catch (RuntimeException e) {
      // The stream of connections must not end with this one.
      LOG.warn("a connection from {} is not served: {}", connection.remoteAddress(), e.toString());
    }
    count.decrementAndGet();
  }

  private void run(
      Tcp.IncomingConnection connection,
      RequestHandler handler,
      Duration idleTimeout,
      boolean once) {
    CompletableFuture<Done> closed = new CompletableFuture<>();
    ConnectionStage stage =
        new ConnectionStage(
            connection.remoteAddress().getAddress(),
            handler,
            idleTimeout,
            once,
            control -> opened(control, closed));
    connection
        .handleWith(
            BidiFlow.fromGraph(new LingeringClose(settings.lingerTimeout(), refused.maxBodyBytes()))
                .join(Flow.fromGraph(stage).join(http)),
            system)
        .thenRun(
            () -> {
              count.decrementAndGet();
              closed.complete(Done.getInstance());
            });
  }

  /** Before its first request: a stop that comes between must wait for its answer. */
  private void opened(ConnectionStage.Control connection, CompletionStage<Done> closed) {
    open.put(connection, closed);
    closed.whenComplete((done, failure) -> open.remove(connection));
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
    CompletableFuture<?>[] closed =
        open.entrySet().stream()
            .map(
                connection -> {
                  connection.getKey().finish();
                  return connection.getValue().toCompletableFuture();
                })
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(closed).thenApply(all -> Done.getInstance());
  }

  /** Ends what is left. */
  void abort() {
    open.keySet().forEach(ConnectionStage.Control::abort);
  }
}
