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
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RetryAfter;

/** A web tier whose answers the test writes; it remembers what it was sent. */
final class FakeArgus implements AutoCloseable {
  /** What to answer to an upload: its file name, and how often that name has come. */
  interface Script {
    CompletionStage<HttpResponse> answer(String name, int time);
  }

  private static final Pattern FILE_NAME = Pattern.compile("filename=\"?([^\";\r\n]*)\"?");
  private static final int MAX_BYTES = 1 << 20;

  private final ClassicActorSystemProvider system;
  private final Script script;
  private final ServerBinding binding;
  private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
  private final Queue<String> names = new ConcurrentLinkedQueue<>();
  private final Queue<String> authorizations = new ConcurrentLinkedQueue<>();
  private final Map<String, AtomicInteger> times = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();

  FakeArgus(ClassicActorSystemProvider system, Script script) {
    this.system = system;
    this.script = script;
    this.binding =
        Http.get(system)
            .newServerAt("127.0.0.1", 0)
            .bind(this::handle)
            .toCompletableFuture()
            .join();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + binding.localAddress().getPort() + "/");
  }

  /** File names in the order in which their uploads came. */
  List<String> names() {
    return List.copyOf(names);
  }

  /** Whole bodies, each byte a character. */
  List<String> bodies() {
    return List.copyOf(bodies);
  }

  /** The Authorization headers that came with uploads. */
  List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  int mostOpen() {
    return mostOpen.get();
  }

  private CompletionStage<HttpResponse> handle(HttpRequest request) {
    if (!request.getUri().path().equals("/v1/images")) {
      request.discardEntityBytes(system);
      return now(HttpResponse.create().withStatus(404));
    }
    request.getHeader("authorization").ifPresent(header -> authorizations.add(header.value()));
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    return request
        .entity()
        .toStrict(10_000, MAX_BYTES, system)
        .thenCompose(
            entity -> {
              byte[] bytes = entity.getData().toArrayUnsafe();
              bodies.add(new String(bytes, StandardCharsets.ISO_8859_1));
              Matcher name = FILE_NAME.matcher(new String(bytes, StandardCharsets.UTF_8));
              String found = name.find() ? name.group(1) : "no file name";
              names.add(found);
              int time = times.computeIfAbsent(found, n -> new AtomicInteger()).incrementAndGet();
              return script.answer(found, time);
            })
        .whenComplete((response, error) -> open.decrementAndGet());
  }

  static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  /** A photo by this name was recognised as this. */
  static HttpResponse recognised(String name, String label) {
    return recognised(PhotoId.random(), name, label);
  }

  static HttpResponse recognised(PhotoId id, String name, String label) {
    ClassifyReply reply =
        new ClassifyReply.Recognised(id, name, List.of(new Prediction(label, 0.9)), "fake");
    return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, Codec.toJson(reply));
  }

  static HttpResponse problem(Problem.Kind kind) {
    return HttpResponse.create()
        .withStatus(kind.status())
        .withEntity(
            ContentTypes.APPLICATION_JSON, Codec.toJsonNode(kind.because("in detail")).toString());
  }

  static HttpResponse refused(int status, long retryAfterSeconds) {
    return problem(Problem.Kind.OVERLOADED)
        .withStatus(status)
        .addHeader(RetryAfter.create(retryAfterSeconds));
  }

  @Override
  public void close() {
    binding.terminate(Duration.ofSeconds(1)).toCompletableFuture().join();
  }
}
