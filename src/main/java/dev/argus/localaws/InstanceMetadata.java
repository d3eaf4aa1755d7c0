package dev.argus.localaws;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The metadata service (IMDSv2) of one instance, on a loopback port of its own.
 *
 * <p>A token first ({@code PUT /latest/api/token}), then values. Source: "Use the Instance Metadata
 * Service to access instance metadata" in the EC2 User Guide.
 */
final class InstanceMetadata implements AutoCloseable {
  private static final String TOKEN_PATH = "/latest/api/token";
  private static final String TOKEN_HEADER = "X-aws-ec2-metadata-token";
  private static final String LIFETIME_HEADER = "X-aws-ec2-metadata-token-ttl-seconds";
  private static final int MAX_LIFETIME_SECONDS = 21_600;

  private final Instance launched;
  private final Instances instances;
  private final Credentials credentials;
  private final Clock clock;
  private final MetadataTokens tokens;
  private final HttpServer server;
  private volatile Optional<Instant> interruption = Optional.empty();

  private InstanceMetadata(
      Instance launched, Instances instances, Credentials credentials, Clock clock) {
    this.launched = launched;
    this.instances = instances;
    this.credentials = credentials;
    this.clock = clock;
    this.tokens = new MetadataTokens(clock);
    this.server = HttpServers.bind("The metadata service", 0);
  }

  static InstanceMetadata start(
      Instance instance,
      Instances instances,
      Credentials credentials,
      Executor threads,
      Clock clock) {
    InstanceMetadata metadata = new InstanceMetadata(instance, instances, credentials, clock);
    HttpServers.serve(metadata.server, metadata::handle, threads);
    return metadata;
  }

  URI endpoint() {
    return HttpServers.endpoint(server);
  }

  void announceInterruption(Instant end) {
    interruption = Optional.of(end);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (!LoopbackGuard.allows(exchange)) {
        answer(exchange, 403, "");
      } else if (exchange.getRequestMethod().equals("PUT") && path.equals(TOKEN_PATH)) {
        issueToken(exchange);
      } else if (!exchange.getRequestMethod().equals("GET") || path.equals(TOKEN_PATH)) {
        answer(exchange, 405, "");
      } else if (!hasToken(exchange.getRequestHeaders())) {
        answer(exchange, 401, "");
      } else {
        read(exchange, path);
      }
    }
  }

  private void issueToken(HttpExchange exchange) throws IOException {
    // What a proxy passed on came from another machine, and tokens are for this one only.
    if (exchange.getRequestHeaders().containsKey("X-Forwarded-For")) {
      answer(exchange, 403, "");
      return;
    }
    String lifetime = exchange.getRequestHeaders().getFirst(LIFETIME_HEADER);
    if (lifetime == null || !lifetime.matches("\\d{1,5}")) {
      answer(exchange, 400, "");
      return;
    }
    int seconds = Integer.parseInt(lifetime);
    if (seconds < 1 || seconds > MAX_LIFETIME_SECONDS) {
      answer(exchange, 400, "");
      return;
    }
    exchange.getResponseHeaders().set(LIFETIME_HEADER, lifetime);
    answer(exchange, 200, tokens.issue(Duration.ofSeconds(seconds)));
  }

  private boolean hasToken(Headers headers) {
    String token = headers.getFirst(TOKEN_HEADER);
    return token != null && tokens.isValid(token);
  }

  private void read(HttpExchange exchange, String path) throws IOException {
    byte[] userData = launched.launch().userData();
    if (path.equals("/latest/user-data") && userData.length > 0) {
      HttpServers.answer(exchange, 200, "application/octet-stream", userData);
      return;
    }
    Instance now = instances.find(launched.id()).orElse(launched);
    Optional<String> found =
        new MetadataTree(now, credentials, interruption, clock.instant()).at(path);
    // With a body, as EC2 has it: the SDK takes an empty one for a broken answer.
    answer(exchange, found.isPresent() ? 200 : 404, found.orElse("404 - Not Found\n"));
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    HttpServers.answer(exchange, status, "text/plain", body);
  }
}
