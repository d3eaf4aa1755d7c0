package dev.argus.endtoend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** The metadata service of one instance, as far as an app node asks it. */
final class MetadataStub implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, String> answers;

  MetadataStub(String instanceId, Instant launched) throws IOException {
    answers =
        Map.of(
            "/latest/api/token",
            "token",
            "/latest/meta-data/instance-id",
            instanceId,
            "/latest/dynamic/instance-identity/document",
            "{\"pendingTime\":\"" + launched + "\"}");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String answer = answers.get(exchange.getRequestURI().getPath());
    byte[] body = (answer == null ? "" : answer).getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().add("x-aws-ec2-metadata-token-ttl-seconds", "21600");
    exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
