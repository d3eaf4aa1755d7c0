package dev.argus.web;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.config.ArgusSettings;
import dev.argus.ports.Delivery;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import dev.argus.protocol.StageTimes;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.InMemoryQueues;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;

/** Web nodes of one cluster, whose app nodes are played by the test, and clients of batches. */
final class BatchNodes implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final InstantSource CLOCK = InstantSource.system();
  private static final int PATIENCE_MILLIS = 60_000;
  static final String BOUNDARY = "----argus-test";

  final InMemoryQueue requests = new InMemoryQueue(CLOCK);
  final InMemoryQueues queues = new InMemoryQueues(CLOCK);
  final InMemoryObjectStore store = new InMemoryObjectStore();
  private final List<Node> nodes = new ArrayList<>();
  private final Set<PhotoId> seen = new HashSet<>();

  /** A web node with these settings: names below {@code ARGUS_WEB_} and values in turn. */
  Node start(String queue, String... settings) {
    return start(queue, store, settings);
  }

  Node start(String queue, ObjectStore seen, String... settings) {
    Node node = new Node(queue, seen, settings);
    nodes.add(node);
    return node;
  }

  final class Node {
    private final ActorTestKit kit;
    final WebTier tier;
    private boolean dead;

    private Node(String queue, ObjectStore seen, String... settings) {
      Map<String, String> environment = new HashMap<>();
      environment.put("ARGUS_WEB_PORT", "0");
      environment.put("ARGUS_WEB_RESULT_POLL", "100ms");
      environment.put("ARGUS_WEB_HEARTBEAT_INTERVAL", "100ms");
      for (int i = 0; i < settings.length; i += 2) {
        environment.put("ARGUS_WEB_" + settings[i], settings[i + 1]);
      }
      ArgusSettings loaded = ArgusSettings.load(environment);
      kit = ActorTestKit.create(loaded.config());
      tier =
          WebTier.start(
                  kit.system(),
                  loaded,
                  new Admission(loaded.web().admission()),
                  new WebTier.Dependencies(
                      requests,
                      queues.named(queue),
                      queue,
                      new InMemoryQueue(CLOCK),
                      queues,
                      queues,
                      seen,
                      InMemoryWeb.scaling(() -> {}, () -> Duration.ZERO, Optional::empty),
                      () -> CompletableFuture.completedFuture("{}"),
                      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                      CLOCK))
              .toCompletableFuture()
              .join();
    }

    HttpRequest.Builder request(String path) {
      return HttpRequest.newBuilder(
          URI.create("http://127.0.0.1:" + tier.address().getPort() + path));
    }

    /** A form of photos; one whose name starts with "bad" is none. */
    HttpRequest.Builder form(String... names) {
      List<byte[]> body = new ArrayList<>();
      body.add(begin());
      for (String name : names) {
        body.add(part(name));
      }
      body.add(end());
      return request("/v1/images")
          .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
          .POST(BodyPublishers.ofByteArrays(body));
    }

    JsonNode batch(String location) throws Exception {
      return JSON.readTree(send(request(location)).body());
    }

    /** A client that sends and reads as the test says. */
    Wire wire(String accept) throws IOException {
      return new Wire(new Socket("127.0.0.1", tier.address().getPort()), accept);
    }

    /** As a kill does: nobody says goodbye. */
    void die() {
      if (!dead) {
        dead = true;
        kit.shutdownTestKit();
      }
    }
  }

  static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  static CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
    return HTTP.sendAsync(request.build(), BodyHandlers.ofString());
  }

  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  static byte[] part(String name) {
    ByteArrayOutputStream part = new ByteArrayOutputStream();
    part.writeBytes(
        ("Content-Disposition: form-data; name=\"f\"; filename=\"" + name + "\"\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    part.writeBytes(name.startsWith("bad") ? new byte[] {1, 2, 3} : TierUnderTest.photo());
    part.writeBytes(("\r\n--" + BOUNDARY + "\r\n").getBytes(StandardCharsets.UTF_8));
    return part.toByteArray();
  }

  /** The boundary before the first part; each ends with the one after it, which completes it. */
  static byte[] begin() {
    return ("--" + BOUNDARY + "\r\n").getBytes(StandardCharsets.UTF_8);
  }

  /** After a last part, which is no photo. */
  static byte[] end() {
    return ("Content-Disposition: form-data; name=\"note\"\r\n\r\nno photo\r\n--"
            + BOUNDARY
            + "--\r\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** An upload whose bytes the test sends one after the other, and whose answer it reads. */
  static final class Wire implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader reader;
    final Map<String, String> headers = new HashMap<>();

    private Wire(Socket socket, String accept) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(PATIENCE_MILLIS);
      reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      socket
          .getOutputStream()
          .write(
              ("POST /v1/images HTTP/1.1\r\nHost: localhost\r\nAccept: "
                      + accept
                      + "\r\nTransfer-Encoding: chunked\r\nContent-Type: multipart/form-data;"
                      + " boundary="
                      + BOUNDARY
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      chunk(begin());
    }

    Wire photo(String name) throws IOException {
      chunk(part(name));
      return this;
    }

    private void chunk(byte[] bytes) throws IOException {
      socket
          .getOutputStream()
          .write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    void finish() throws IOException {
      chunk(end());
      socket.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    /** The status; the answer's body comes next. */
    int status() throws IOException {
      String first = reader.readLine();
      for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
        headers.put(
            line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT),
            line.substring(line.indexOf(':') + 1).strip());
      }
      return Integer.parseInt(first.split(" ")[1]);
    }

    /** The next line of the body that has more than the size of a chunk. */
    String line() throws IOException {
      String line = reader.readLine();
      while (line != null && line.matches("[0-9a-f]*")) {
        line = reader.readLine();
      }
      return line == null ? "" : line;
    }

    JsonNode photo() throws IOException {
      return JSON.readTree(line());
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Plays the app nodes: the next requests that wait, by name, for they come in any order. */
  List<ClassifyRequest> take(int count) {
    List<ClassifyRequest> taken = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              for (Delivery delivery : requests.take(count - taken.size())) {
                ClassifyRequest request = Codec.decodeRequest(delivery.message());
                if (seen.add(request.id())) { // what is not deleted is delivered again
                  taken.add(request);
                }
              }
              return taken.size() == count;
            });
    taken.sort(Comparator.comparing(ClassifyRequest::name));
    return taken;
  }

  void recognise(ClassifyRequest request) {
    reply(
        request,
        new ClassifyReply.Recognised(
            request.id(), request.name(), List.of(new Prediction("cat", 0.75)), "scripted"));
  }

  void fail(ClassifyRequest request) {
    reply(
        request,
        new ClassifyReply.Failed(
            request.id(), request.name(), Problem.Kind.UNDECODABLE.because("cut short")));
  }

  private void reply(ClassifyRequest request, ClassifyReply reply) {
    store.put(
        Bucket.OUTPUT,
        ObjectKeys.result(reply.id()),
        new StoredObject(ByteString.fromString(Codec.toJson(reply)), "application/json", Map.of()));
    queues
        .named(request.replyQueue())
        .send(Codec.encode(new Answer(reply, "i-1", StageTimes.none())))
        .exceptionally(gone -> null);
  }

  /** The names, indices and whatever else of a list of photos. */
  static List<String> values(String lines, String field) throws JsonProcessingException {
    List<String> values = new ArrayList<>();
    for (String line : lines.lines().filter(text -> !text.isBlank()).toList()) {
      values.add(JSON.readTree(line).path(field).asText());
    }
    return values;
  }

  @Override
  public void close() {
    nodes.forEach(Node::die);
  }
}
