package dev.argus.callback;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Receives webhooks, and checks each with the verifier that Standard Webhooks publishes. */
public final class Receiver implements AutoCloseable {
  public static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private final HttpServer server;
  private final String secret;
  private final Queue<Integer> statuses = new ArrayDeque<>();

  /** The bodies of those that were signed rightly, in turn. */
  public final List<String> verified = new CopyOnWriteArrayList<>();

  /** The {@code webhook-id} of each. */
  public final List<String> ids = new CopyOnWriteArrayList<>();

  /** Why others were not. */
  public final List<String> bad = new CopyOnWriteArrayList<>();

  /**
   * @param statuses what is answered first; 204 from then on
   */
  public Receiver(Integer... statuses) throws IOException {
    this(SECRET, List.of(statuses));
  }

  Receiver(String secret, List<Integer> statuses) throws IOException {
    this.secret = secret;
    this.statuses.addAll(statuses);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::receive);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook?team=a%20b");
  }

  private synchronized void receive(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    try {
      new Webhook(secret).verify(body, lowerCase(exchange));
      verified.add(body);
      ids.add(exchange.getRequestHeaders().getFirst("webhook-id"));
    } catch (Exception e) {
      bad.add(e.toString());
    }
    Integer status = statuses.poll();
    exchange.sendResponseHeaders(status == null ? 204 : status, -1);
    exchange.close();
  }

  /** HttpServer writes the names of headers its own way. */
  private static Map<String, List<String>> lowerCase(HttpExchange exchange) {
    Map<String, List<String>> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    return headers;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
