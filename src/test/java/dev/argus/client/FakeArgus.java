package dev.argus.client;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.headers.RetryAfter;
import org.apache.pekko.stream.javadsl.Source;

/** A web tier whose answers the test writes; it remembers what it was sent. */
public final class FakeArgus implements AutoCloseable {
  /** What to answer to an upload: its file name, and how often that name has come. */
  public interface Script {
    CompletionStage<HttpResponse> answer(String name, int time);
  }

  private static final Pattern FILE_NAME = Pattern.compile("filename=\"?([^\";\r\n]*)\"?");
  private static final int MAX_BYTES = 1 << 20;

  private final ClassicActorSystemProvider system;
  private final Script script;
  private final Function<String, HttpResponse> results;
  private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
  private final Queue<String> names = new ConcurrentLinkedQueue<>();
  private final Queue<HttpRequest> requests = new ConcurrentLinkedQueue<>();
  private final Map<String, AtomicInteger> times = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private ServerBinding binding;

  public FakeArgus(ClassicActorSystemProvider system, Script script) {
    this(system, script, id -> problem(Problem.Kind.NOT_FOUND));
  }

  /**
   * @param results what to answer to the question for the result of an id
   */
  FakeArgus(
      ClassicActorSystemProvider system, Script script, Function<String, HttpResponse> results) {
    this.system = system;
    this.script = script;
    this.results = results;
    this.binding = bind(0);
  }

  private ServerBinding bind(int port) {
    return Http.get(system)
        .newServerAt("127.0.0.1", port)
        .bind(this::handle)
        .toCompletableFuture()
        .join();
  }

  /** Dies with all connections, and comes again on the same port. */
  void restart() {
    int port = binding.localAddress().getPort();
    binding.terminate(Duration.ofMillis(1)).toCompletableFuture().join();
    binding = bind(port);
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + binding.localAddress().getPort() + "/");
  }

  /** File names in the order in which their uploads came. */
  public List<String> names() {
    return List.copyOf(names);
  }

  /** Whole bodies, each byte a character. */
  public List<String> bodies() {
    return List.copyOf(bodies);
  }

  /** The values of a header that came with uploads. */
  public List<String> headers(String name) {
    return requests.stream()
        .filter(request -> request.method().equals(HttpMethods.POST))
        .flatMap(request -> request.getHeader(name).stream())
        .map(header -> header.value())
        .toList();
  }

  /** All requests, uploads and questions. */
  List<HttpRequest> requests() {
    return List.copyOf(requests);
  }

  /** The most requests that were open at a time. */
  public int mostOpen() {
    return mostOpen.get();
  }

  /** Requests that are open now. */
  int open() {
    return open.get();
  }

  private CompletionStage<HttpResponse> handle(HttpRequest request) {
    requests.add(request.withEntity(HttpEntities.EMPTY));
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    return answer(request).whenComplete((response, error) -> open.decrementAndGet());
  }

  private CompletionStage<HttpResponse> answer(HttpRequest request) {
    String path = request.getUri().path();
    if (!request.method().equals(HttpMethods.POST) || !path.equals("/v1/images")) {
      request.discardEntityBytes(system);
      return now(results.apply(path.substring(path.lastIndexOf('/') + 1)));
    }
    return request
        .entity()
        .toStrict(10_000, MAX_BYTES, system)
        .thenCompose(
            entity -> {
              byte[] bytes = entity.getData().toArrayUnsafe();
              bodies.add(
                  entity.getContentType() + "\n" + new String(bytes, StandardCharsets.ISO_8859_1));
              String found = name(request, bytes);
              names.add(found);
              int time = times.computeIfAbsent(found, n -> new AtomicInteger()).incrementAndGet();
              return script.answer(found, time);
            });
  }

  private static String name(HttpRequest request, byte[] body) {
    Optional<String> header = request.getHeader("content-disposition").map(h -> h.value());
    Matcher name =
        FILE_NAME.matcher(header.orElseGet(() -> new String(body, StandardCharsets.UTF_8)));
    return name.find() ? name.group(1) : "no file name";
  }

  public static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  /** A photo by this name was recognised as this. */
  public static HttpResponse recognised(String name, String label) {
    return recognised(PhotoId.random(), name, label);
  }

  public static HttpResponse recognised(PhotoId id, String name, String label) {
    ClassifyReply reply =
        new ClassifyReply.Recognised(id, name, List.of(new Prediction(label, 0.9)), "fake");
    return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, Codec.toJson(reply));
  }

  /** A photo that is accepted and waits. */
  static HttpResponse pending(PhotoId id, String name) {
    return HttpResponse.create()
        .withStatus(202)
        .addHeader(RawHeader.create("Location", "/v1/images/" + id))
        .addHeader(RetryAfter.create(0L))
        .withEntity(ContentTypes.APPLICATION_JSON, Codec.pendingJson(id, name).toString());
  }

  /** An answer whose connection breaks before its end. */
  static HttpResponse broken() {
    return HttpResponse.create()
        .withEntity(
            HttpEntities.create(
                ContentTypes.APPLICATION_JSON,
                100,
                Source.failed(new IllegalStateException("cut on purpose"))));
  }

  public static HttpResponse problem(Problem.Kind kind) {
    return HttpResponse.create()
        .withStatus(kind.status())
        .withEntity(
            ContentTypes.APPLICATION_JSON, Codec.toJsonNode(kind.because("in detail")).toString());
  }

  public static HttpResponse refused(int status, long retryAfterSeconds) {
    return problem(Problem.Kind.OVERLOADED)
        .withStatus(status)
        .addHeader(RetryAfter.create(retryAfterSeconds));
  }

  @Override
  public void close() {
    binding.terminate(Duration.ofSeconds(1)).toCompletableFuture().join();
  }
}
