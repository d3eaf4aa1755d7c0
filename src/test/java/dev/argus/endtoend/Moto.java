package dev.argus.endtoend;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * moto as a server: an AWS of others, in memory, on a free port. {@code .ci/run} installs it into
 * {@code target/python}.
 */
final class Moto implements AutoCloseable {
  private static final Path SERVER = Path.of("target/python/bin/moto_server");
  private static final Duration START = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final URI endpoint;

  /** Starts it; without it the test is skipped, or fails where it must be there. */
  Moto(Path log) throws IOException {
    if (!Files.isExecutable(SERVER)) {
      String missing = "there is no " + SERVER + ": .ci/run installs it from .ci/requirements.txt";
      if (Boolean.parseBoolean(System.getenv("ARGUS_CI_REQUIRE_PYTHON"))) {
        Assertions.fail(missing);
      }
      Assumptions.abort(missing);
    }
    int port = freePort();
    endpoint = URI.create("http://127.0.0.1:" + port);
    process =
        new ProcessBuilder(
                SERVER.toAbsolutePath().toString(), "-H", "127.0.0.1", "-p", Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    await().atMost(START).until(() -> answers() || !process.isAlive());
    if (!process.isAlive()) {
      throw new AssertionError("moto_server ended: " + Files.readString(log));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean answers() throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(endpoint.resolve("/moto-api/")).build();
      return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  URI endpoint() {
    return endpoint;
  }

  /** The environment with which everything that speaks to AWS speaks to it. */
  Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL", endpoint.toString(),
        "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY", "secret",
        "AWS_REGION", "us-east-1");
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
