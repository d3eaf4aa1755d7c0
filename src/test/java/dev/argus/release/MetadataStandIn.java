package dev.argus.release;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The instance metadata service as it is set on Argus's machines: it answers only with a token. */
final class MetadataStandIn implements AutoCloseable {
  static final String INSTANCE = "i-0123456789abcdef0";
  static final String REGION = "eu-north-1";

  private static final String TOKEN = "a-token";
  private static final Map<String, String> VALUES =
      Map.of(
          "/latest/meta-data/placement/region", REGION,
          "/latest/meta-data/instance-id", INSTANCE);

  private final HttpServer server;

  MetadataStandIn() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange call) throws IOException {
    String path = call.getRequestURI().getPath();
    boolean asksForToken =
        path.equals("/latest/api/token")
            && call.getRequestMethod().equals("PUT")
            && call.getRequestHeaders().containsKey("X-aws-ec2-metadata-token-ttl-seconds");
    boolean hasToken = TOKEN.equals(call.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"));
    if (asksForToken) {
      send(call, 200, TOKEN);
    } else if (hasToken && VALUES.containsKey(path)) {
      send(call, 200, VALUES.get(path));
    } else {
      send(call, hasToken ? 404 : 401, "");
    }
  }

  private static void send(HttpExchange call, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    call.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    call.getResponseBody().write(body);
    call.close();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
