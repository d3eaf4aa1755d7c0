package dev.argus.chaos;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.settings.ConnectionPoolSettings;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.TLSPlacebo;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;

/**
 * A reverse proxy on loopback that does to calls of SQS or S3 what networks and services do at bad
 * times.
 *
 * <p>It passes everything on until {@link #misbehave} says otherwise. Hosts, paths, headers and
 * bodies stay as they are, so that signatures hold; bodies are streamed, but for calls that are
 * made twice. A service that cannot be reached looks to the client as it would without the proxy:
 * the connection is cut. Nothing is retried here.
 *
 * <p>Safe for use by many threads. One actor system can have many.
 */
public final class FaultProxy implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);

  /** Twice the largest batch of SQS. */
  private static final long MAX_REPEATED_BYTES = 2 << 20;

  private static final int MAX_CONNECTIONS = 512;

  /** Where TLS would be. */
  @SuppressWarnings("unchecked") // Pekko's placebo makes a subtype of what its server takes
  private static final BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>
      PLAIN =
          (BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>)
              (BidiFlow<?, ?, ?, ?, ?>) TLSPlacebo.getInstance();

  /** Written anew by Pekko for every message. */
  private static final Set<String> HOP_HEADERS =
      Set.of("connection", "date", "keep-alive", "server", "timeout-access", "user-agent");

  private final ClassicActorSystemProvider system;
  private final URI service;
  private final ConnectionPoolSettings pool;
  private final AtomicLong treated = new AtomicLong();
  private volatile Function<Call, Treatment> treatment = call -> new Treatment.Pass();
  private final BidiFlow<HttpResponse, SslTlsOutbound, SslTlsInbound, HttpRequest, NotUsed> http;
  private final SharedKillSwitch connections = KillSwitches.shared("connections");
  private Tcp.ServerBinding binding;

  private FaultProxy(ClassicActorSystemProvider system, URI service) {
    this.system = system;
    this.service = service;
    Config config = settings(system);
    this.pool =
        ConnectionPoolSettings.create(config)
            // A service that comes back is used at once.
            .withBaseConnectionBackoff(Duration.ZERO)
            .withMaxConnectionBackoff(Duration.ZERO);
    this.http = Http.get(system).serverLayer(ServerSettings.create(config));
  }

  /**
   * Starts on a free port.
   *
   * @param service where calls go; its path is also that of {@link #endpoint}
   */
  public static FaultProxy start(ClassicActorSystemProvider system, URI service) {
    FaultProxy proxy = new FaultProxy(system, service);
    proxy.binding =
        join(
            Tcp.get(system.classicSystem())
                .bind(HOST, 0)
                .to(Sink.foreach(proxy::serve))
                .run(system),
            START_TIMEOUT);
    return proxy;
  }

  /** HTTP on a connection that can be cut at any moment, which Pekko's own server cannot do. */
  private void serve(Tcp.IncomingConnection connection) {
    SharedKillSwitch cut = KillSwitches.shared("connection");
    connection.handleWith(
        Flow.of(HttpRequest.class)
            .mapAsync(1, request -> handle(request, cut))
            .join(http.atop(PLAIN))
            .via(cut.flow())
            .via(connections.flow()),
        system);
  }

  /** What clients use in place of the service's own endpoint. */
  public URI endpoint() {
    return URI.create(
        "http://" + HOST + ":" + binding.localAddress().getPort() + service.getPath());
  }

  /**
   * Treats calls from now on as the function says; it is asked once for each call, by any thread.
   */
  public void misbehave(Function<Call, Treatment> how) {
    treatment = how;
  }

  /** Passes everything on from now on. */
  public void behave() {
    misbehave(call -> new Treatment.Pass());
  }

  /** How many calls were not simply passed on since this was started. */
  public long treated() {
    return treated.get();
  }

  /** Closes the port and cuts all connections; takes at most some seconds. */
  @Override
  public void close() {
    join(binding.unbind(), STOP_TIMEOUT);
    connections.abort(new IOException("cut by the fault proxy"));
  }

  /** The answer; where there is to be none the connection is cut instead. */
  private CompletionStage<HttpResponse> handle(HttpRequest request, SharedKillSwitch connection) {
    CompletableFuture<HttpResponse> response = new CompletableFuture<>();
    Treatment how = treatment.apply(call(request));
    if (!(how instanceof Treatment.Pass)) {
      treated.incrementAndGet();
    }
    treat(request, how)
        .whenComplete(
            (answer, failure) -> {
              if (failure == null && answer.isPresent()) {
                response.complete(answer.get());
              } else {
                connection.abort(new IOException("cut by the fault proxy"));
              }
            });
    return response;
  }

  private CompletionStage<Optional<HttpResponse>> treat(HttpRequest request, Treatment how) {
    if (how instanceof Treatment.Delay delay) {
      return after(delay.time(), () -> pass(request));
    }
    if (how instanceof Treatment.Answer answer) {
      request.discardEntityBytes(system);
      return CompletableFuture.completedFuture(Optional.of(response(answer)));
    }
    if (how instanceof Treatment.Cut cut) {
      return after(
          cut.after(),
          () -> {
            request.discardEntityBytes(system);
            return CompletableFuture.completedFuture(Optional.empty());
          });
    }
    if (how instanceof Treatment.LoseAnswer) {
      return pass(request).thenApply(this::lose);
    }
    if (how instanceof Treatment.Twice) {
      return request
          .toStrict(BODY_TIMEOUT.toMillis(), MAX_REPEATED_BYTES, system)
          .thenCompose(
              whole -> pass(whole).thenApply(this::lose).thenCompose(first -> pass(whole)));
    }
    return pass(request);
  }

  private CompletionStage<Optional<HttpResponse>> pass(HttpRequest request) {
    Http client = Http.get(system);
    HttpRequest onward =
        request
            .withHeaders(endToEnd(request.getHeaders()))
            .withUri(
                request
                    .getUri()
                    .scheme(service.getScheme())
                    .host(service.getHost())
                    .port(service.getPort()));
    return client
        .singleRequest(
            onward, client.defaultClientHttpsContext(), pool, system.classicSystem().log())
        .thenApply(response -> Optional.of(response.withHeaders(endToEnd(response.getHeaders()))));
  }

  private Optional<HttpResponse> lose(Optional<HttpResponse> answer) {
    answer.ifPresent(response -> response.discardEntityBytes(system));
    return Optional.empty();
  }

  private CompletionStage<Optional<HttpResponse>> after(
      Duration time, Callable<CompletionStage<Optional<HttpResponse>>> then) {
    return Patterns.after(time, system, then);
  }

  private static Call call(HttpRequest request) {
    String target = request.getHeader("x-amz-target").map(HttpHeader::value).orElse("");
    return new Call(
        request.method().name(),
        request.getUri().getPathString()
            + request.getUri().rawQueryString().map(query -> "?" + query).orElse(""),
        target.substring(target.lastIndexOf('.') + 1));
  }

  private static HttpResponse response(Treatment.Answer answer) {
    return HttpResponse.create()
        .withStatus(StatusCodes.get(answer.status()))
        .withEntity(ContentTypes.parse(answer.contentType()), ByteString.fromString(answer.body()));
  }

  private static List<HttpHeader> endToEnd(Iterable<HttpHeader> headers) {
    return StreamSupport.stream(headers.spliterator(), false)
        .filter(header -> !HOP_HEADERS.contains(header.lowercaseName()))
        .toList();
  }

  private static Config settings(ClassicActorSystemProvider system) {
    return ConfigFactory.parseMap(
            Map.of(
                // Headers stay as they are written: some are signed.
                "pekko.http.server.parsing.modeled-header-parsing", "off",
                "pekko.http.client.parsing.modeled-header-parsing", "off",
                "pekko.http.server.raw-request-uri-header", "on",
                "pekko.http.server.request-timeout", "infinite",
                "pekko.http.server.parsing.max-content-length", "infinite",
                "pekko.http.client.parsing.max-content-length", "infinite",
                "pekko.http.host-connection-pool.max-connections", MAX_CONNECTIONS,
                "pekko.http.host-connection-pool.max-open-requests", MAX_CONNECTIONS,
                "pekko.http.host-connection-pool.max-retries", 0,
                // Closed before the service closes it, which could break a call.
                "pekko.http.host-connection-pool.keep-alive-timeout", "5s"))
        .withFallback(system.classicSystem().settings().config());
  }

  private static <T> T join(CompletionStage<T> stage, Duration limit) {
    return stage.toCompletableFuture().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).join();
  }
}
