package dev.argus.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page's files and a stand-in for {@code /v1/images}, whose behaviour a photo's name chooses.
 *
 * <p>{@code broken*} fails with 422, {@code busy*} is refused once with 503, {@code late*} passes
 * its deadline and is answered at the second look; all else is recognised as {@code label-of-NAME}.
 */
final class FakeImagesApi implements AutoCloseable {
  static final String REASON = "The file ends after 12 of its bytes; save it again.";

  private static final String POLICY =
      "default-src 'self'; img-src 'self' blob:; style-src 'self'; script-src 'self'";
  private static final Pattern FILE_NAME = Pattern.compile("filename=\"([^\"]*)\"");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html", "css", "text/css", "js", "text/javascript", "svg", "image/svg+xml");

  private final ObjectMapper json = new ObjectMapper();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final Map<String, AtomicInteger> posts = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> looks = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private final CountDownLatch gate;
  private volatile String token = "";

  /** A fake whose first answers wait until this many uploads are open, so that they overlap. */
  FakeImagesApi(int overlap) throws IOException {
    gate = new CountDownLatch(overlap);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::page);
    server.createContext("/v1/images", this::images);
    server.start();
  }

  /** From now on photos are taken, and results told, only with this bearer token. */
  void demand(String bearerToken) {
    token = bearerToken;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  int posts(String name) {
    return posts.getOrDefault(name, new AtomicInteger()).get();
  }

  int mostOpen() {
    return mostOpen.get();
  }

  private void page(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String name = path.equals("/") ? "index.html" : path.substring(1);
    try (InputStream file = getClass().getResourceAsStream("/dev/argus/web/static/" + name)) {
      if (file == null) {
        answer(exchange, 404, "text/plain", "no " + name);
        return;
      }
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      answer(exchange, 200, type, new String(file.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private void images(HttpExchange exchange) throws IOException {
    String sent = exchange.getRequestHeaders().getFirst("Authorization");
    if (!token.isEmpty() && !("Bearer " + token).equals(sent)) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"argus\"");
      problem(exchange, 401, "A token is needed", "Send one.");
      return;
    }
    if (exchange.getRequestMethod().equals("GET")) {
      look(exchange);
      return;
    }
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Matcher matcher = FILE_NAME.matcher(body);
    String name = matcher.find() ? matcher.group(1) : "none";
    int now = open.incrementAndGet();
    mostOpen.accumulateAndGet(now, Math::max);
    gate.countDown();
    try {
      // Fewer than asked for is a bug of the page; the limit lets the test fail with its own words.
      gate.await(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    int time = posts.computeIfAbsent(name, n -> new AtomicInteger()).incrementAndGet();
    open.decrementAndGet();
    if (name.startsWith("broken")) {
      problem(exchange, 422, "The photo cannot be decoded", REASON);
    } else if (name.startsWith("busy") && time == 1) {
      exchange.getResponseHeaders().set("Retry-After", "1");
      problem(exchange, 503, "Argus is at its limit", "Come again.");
    } else if (name.startsWith("late")) {
      exchange.getResponseHeaders().set("Location", "/v1/images/" + name);
      exchange.getResponseHeaders().set("Retry-After", "0");
      problem(exchange, 504, "The answer was not ready in time", "It will be there.");
    } else {
      recognised(exchange, name);
    }
  }

  private void look(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (looks.computeIfAbsent(name, n -> new AtomicInteger()).incrementAndGet() == 1) {
      exchange.getResponseHeaders().set("Retry-After", "0");
      answer(exchange, 202, "application/json", "{\"status\":\"pending\"}");
    } else {
      recognised(exchange, name);
    }
  }

  private void recognised(HttpExchange exchange, String name) throws IOException {
    String label = "label-of-" + name;
    Map<String, Object> reply =
        Map.of(
            "id",
            "id-of-" + name,
            "name",
            name,
            "status",
            "recognised",
            "label",
            label,
            "probability",
            0.875,
            "predictions",
            List.of(
                Map.of("label", label, "probability", 0.875),
                Map.of("label", "second", "probability", 0.0625)),
            "model",
            "fake");
    answer(exchange, 200, "application/json", json.writeValueAsString(reply));
  }

  private void problem(HttpExchange exchange, int status, String title, String detail)
      throws IOException {
    String body =
        json.writeValueAsString(Map.of("title", title, "status", status, "detail", detail));
    answer(exchange, status, "application/problem+json", body);
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
