package dev.argus.localaws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;

/** HTTP servers on loopback and nowhere else. */
final class HttpServers {
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int BACKLOG = 128;
  private static final String MAX_REQUEST_SECONDS = "30";

  private HttpServers() {}

  /**
   * Takes a port; nothing is answered before {@link #serve}.
   *
   * @param port 0 for any free one
   * @throws LocalAwsException when the port is taken
   */
  static HttpServer bind(String what, int port) {
    // The JDK's server takes these from nowhere else. It sends headers and body apart, so without
    // the first each answer waits 40 ms for the client's delayed acknowledgement; without the
    // second a request that never ends holds a thread for ever.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxReqTime", MAX_REQUEST_SECONDS);
    try {
      return HttpServer.create(
          new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), BACKLOG);
    } catch (IOException e) {
      throw new LocalAwsException(
          what + " did not start on port " + port + ": " + e.getMessage(), e);
    }
  }

  /** Answers calls to all paths with one handler. */
  static void serve(HttpServer server, HttpHandler handler, Executor threads) {
    server.createContext("/", handler);
    server.setExecutor(threads);
    server.start();
  }

  static URI endpoint(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  static void answer(HttpExchange exchange, int status, String contentType, String body)
      throws IOException {
    answer(exchange, status, contentType, body.getBytes(StandardCharsets.UTF_8));
  }

  static void answer(HttpExchange exchange, int status, String contentType, byte[] bytes)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", contentType);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
