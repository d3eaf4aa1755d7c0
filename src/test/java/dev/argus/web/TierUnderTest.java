package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.config.ArgusSettings;
import dev.argus.ports.Delivery;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.StageTimes;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.SettableClock;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;

/** A web tier on a free port, on fakes, with time standing still for what counts rates. */
final class TierUnderTest implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  final InMemoryQueue requests = new InMemoryQueue(InstantSource.system());
  final InMemoryQueue responses = new InMemoryQueue(InstantSource.system());
  final InMemoryObjectStore store = new InMemoryObjectStore();
  final SettableClock clock = new SettableClock(Instant.now());
  volatile Duration timeToAnswer = Duration.ZERO;
  private final ActorTestKit kit;
  private final WebTier tier;

  /** Starts with these settings: names and values of environment variables in turn. */
  TierUnderTest(String... settings) {
    Map<String, String> environment = new HashMap<>(Map.of("ARGUS_WEB_PORT", "0"));
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    ArgusSettings loaded = ArgusSettings.load(environment);
    kit = ActorTestKit.create(loaded.config());
    tier =
        WebTier.start(
                kit.system(),
                loaded,
                new Admission(loaded.web().admission()),
                InMemoryWeb.dependencies(
                    requests,
                    responses,
                    store,
                    InMemoryWeb.scaling(() -> {}, () -> timeToAnswer, Optional::empty),
                    clock))
            .toCompletableFuture()
            .join();
  }

  /** Photos accepted and not answered yet. */
  int waiting() {
    return tier.waiting();
  }

  void stop() {
    tier.stop().toCompletableFuture().join();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + tier.address().getPort() + path));
  }

  HttpResponse<String> get(String path) throws Exception {
    return HTTP.send(request(path).build(), BodyHandlers.ofString());
  }

  HttpRequest.Builder upload() {
    return request("/v1/images")
        .header("Content-Type", "image/png")
        .POST(BodyPublishers.ofByteArray(photo()));
  }

  static CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
    return HTTP.sendAsync(request.build(), BodyHandlers.ofString());
  }

  static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  /** A sum of {@code /metrics}. */
  double metric(String nameAndLabels) throws Exception {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(nameAndLabels + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** A connection as programs make them that know no HTTP client. */
  Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", tier.address().getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** The head of the next answer, or what came of it before the connection ended. */
  static String head(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** Waits until the server has closed the connection, by the book or without ceremony. */
  static void awaitEnd(Socket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {
        continue; // what is left of an answer
      }
    } catch (IOException e) {
      assertThat(e).isNotInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  static byte[] photo() {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB), "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Plays the app nodes: takes one request, and answers it without storing its result. */
  void answerOne() {
    answerOne(reply -> {});
  }

  /** Plays the app nodes: takes one request, stores its result, and answers it. */
  void answerAndStoreOne() {
    answerOne(
        reply ->
            store.put(
                Bucket.OUTPUT,
                ObjectKeys.result(reply.id()),
                new StoredObject(
                    ByteString.fromString(Codec.toJson(reply)), "application/json", Map.of())));
  }

  private void answerOne(Consumer<ClassifyReply> before) {
    await()
        .until(
            () -> {
              List<Delivery> taken = requests.take(1);
              if (taken.isEmpty()) {
                return false;
              }
              ClassifyRequest request = Codec.decodeRequest(taken.get(0).message());
              ClassifyReply reply =
                  new ClassifyReply.Recognised(
                      request.id(), request.name(), List.of(new Prediction("cat", 0.9)), "m");
              before.accept(reply);
              responses.send(Codec.encode(new Answer(reply, "i-1", StageTimes.none())));
              return true;
            });
  }

  @Override
  public void close() {
    stop();
    kit.shutdownTestKit();
  }
}
