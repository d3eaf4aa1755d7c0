package dev.argus.web;

import dev.argus.config.ConnectionSettings;
import dev.argus.config.RefusalSettings;
import dev.argus.config.WebSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.event.Logging;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.TLSProtocol.SessionBytes;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.stream.scaladsl.TcpAttributes;
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

  /** TCP asks for more when it has written what it has, as {@link LingeringClose} needs it. */
  private static final Attributes WRITTEN_BEFORE_ASKED = TcpAttributes.tcpWriteBufferSize(1);

  /**
   * The parser of Pekko HTTP 1.3 calls itself for each further request that it finds in the bytes
   * at hand. A thousand of them in one packet overflow the stack, which ends the process: so it is
   * given so few lines at once that some two hundred fit, for the head of a request has two or
   * more. Photos have few, and cut small they would cost several times what they cost in large
   * pieces.
   */
  private static final int MAX_LINES = 400;

  /** So few bytes need no look: they have no more requests, for the shortest has 16. */
  private static final int SMALL = 3200;

  /**
   * A photo that comes in one piece with its head costs half of what it costs otherwise, since no
   * stream is run for it; but Pekko HTTP keeps it until it is answered. So a piece has room for the
   * photos that travel in messages (web.inline-limit), and for no larger ones.
   */
  private static final int MAX_PIECE = 64 * 1024;

  private final ActorSystem<?> system;
  private final ServerSettings server;
  private final BidiFlow<HttpResponse, SslTlsOutbound, SslTlsInbound, HttpRequest, NotUsed> http;
  private final BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> tls;
  private final RequestHandler routes;
  private final RequestHandler refusals;
  private final WebMetrics metrics;
  private final ConnectionSettings settings;
  private final RefusalSettings refused;
  private final AtomicInteger count = new AtomicInteger();
  private final Set<Open> open = ConcurrentHashMap.newKeySet();
  private volatile boolean finishing;

  /**
   * @param tls what lies between HTTP and TCP
   * @param routes answers on connections that are served; never fails
   * @param refusals answers on those beyond; never fails
   */
  Connections(
      ActorSystem<?> system,
      BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> tls,
      RequestHandler routes,
      RequestHandler refusals,
      WebMetrics metrics,
      WebSettings settings) {
    this.system = system;
    this.server = ServerSettings.create(system.classicSystem());
    // Under a name of its own, since Pekko HTTP warns of each answer that begins before its request
    // has ended, as streams do (see logback.xml).
    this.http =
        Http.get(system)
            .serverLayer(
                server,
                Optional.empty(),
                Logging.getLogger(system.classicSystem(), ConnectionStage.class));
    this.tls = tls;
    this.routes = routes;
    this.refusals = refusals;
    this.metrics = metrics;
    this.settings = settings.connections();
    this.refused = settings.refusals();
  }

  /** One connection, from when it is accepted until it is closed. */
  private static final class Open {
    private final CompletableFuture<Done> answered = new CompletableFuture<>();
    private final CompletableFuture<Done> cut = new CompletableFuture<>();
    private final CompletableFuture<Done> closed = new CompletableFuture<>();
    private volatile ConnectionStage.Control control;
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
    Open one = new Open();
    ConnectionStage stage =
        new ConnectionStage(
            connection.remoteAddress().getAddress(),
            handler,
            idleTimeout,
            once,
            control -> opened(one, control));
    one.closed.whenComplete((done, failure) -> open.remove(one));
    try {
      connection
          .flow()
          .joinMat(serve(one, stage), Keep.right())
          .addAttributes(WRITTEN_BEFORE_ASKED)
          .run(system)
          .thenRun(
              () -> {
                count.decrementAndGet();
                one.closed.complete(Done.getInstance());
              });
    } catch (RuntimeException e) {
      one.closed.complete(Done.getInstance());
      throw e;
    }
  }

  /** From the bytes of the client to those for it; materializes when the connection is closed. */
  private Flow<ByteString, ByteString, CompletionStage<Done>> serve(
      Open one, ConnectionStage requests) {
    BidiFlow<SslTlsOutbound, SslTlsOutbound, SslTlsInbound, SslTlsInbound, NotUsed> edgeOfHttp =
        BidiFlow.fromFlows(
            Flow.<SslTlsOutbound>create()
                .watchTermination(
                    (used, end) -> {
                      end.whenComplete(
                          (done, failure) -> one.answered.complete(Done.getInstance()));
                      return used;
                    }),
            Flow.<SslTlsInbound>create().mapConcat(Connections::pieces));
    return BidiFlow.fromGraph(
            new LingeringClose(
                one.answered, one.cut, settings.lingerTimeout(), refused.maxBodyBytes()))
        .join(Flow.fromGraph(requests).join(http.atop(edgeOfHttp).atop(tls)));
  }

  private static List<SslTlsInbound> pieces(SslTlsInbound received) {
    if (!(received instanceof SessionBytes session) || session.bytes().size() <= SMALL) {
      return List.of(received);
    }
    List<SslTlsInbound> pieces = new ArrayList<>();
    ByteString bytes = session.bytes();
    // A search in a string is many times faster than one in a ByteString.
    String text = bytes.decodeString(StandardCharsets.ISO_8859_1);
    int start = 0;
    while (start < text.length()) {
      int end = Math.min(endOfLines(text, start), start + MAX_PIECE);
      pieces.add(new SessionBytes(session.session(), bytes.slice(start, end)));
      start = end;
    }
    return pieces;
  }

  /** Where the {@value #MAX_LINES} lines that begin there end. */
  private static int endOfLines(String text, int start) {
    int end = start;
    for (int lines = 0; lines < MAX_LINES; lines++) {
      end = text.indexOf('\n', end) + 1;
      if (end == 0) {
        return text.length();
      }
    }
    return end;
  }

  /** Before its first request: a stop that comes between must wait for its answer. */
  private void opened(Open one, ConnectionStage.Control control) {
    one.control = control;
    open.add(one);
    if (finishing) {
      control.finish();
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
        open.stream()
            .map(
                one -> {
                  one.control.finish();
                  return one.closed;
                })
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(closed).thenApply(all -> Done.getInstance());
  }

  /** Ends what is left. */
  void abort() {
    open.forEach(one -> one.cut.complete(Done.getInstance()));
  }
}
