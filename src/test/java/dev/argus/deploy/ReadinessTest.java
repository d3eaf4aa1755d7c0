package dev.argus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.argus.simulation.SettableClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final SettableClock clock = new SettableClock();
  private final Poll poll = new Poll(clock, clock::advance);

  @Test
  void itWaitsUntilTheWebTierIsReady() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/readyz",
        exchange -> {
          byte[] body = "{\"request-queue\":\"unreachable\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(asked.incrementAndGet() < 3 ? 503 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
      Readiness.Seen seen = new Readiness(() -> Optional.of(url), poll).await(LIMIT);
      assertThat(seen.ready()).isTrue();
      assertThat(asked).hasValue(3);
      asked.set(-100);
      Readiness.Seen late = new Readiness(() -> Optional.of(url), poll).await(LIMIT);
      assertThat(late.ready()).isFalse();
      assertThat(late.detail()).contains("503", "request-queue");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void whatCannotBeReachedIsSaidToBeSoAndWhyThatMayBe() throws Exception {
    URI url = URI.create("http://127.0.0.1:" + closedPort());
    Readiness.Seen seen = new Readiness(() -> Optional.of(url), poll).await(Duration.ZERO);
    assertThat(seen.ready()).isFalse();
    assertThat(seen.detail()).contains("cannot be reached from here", "AllowedCidr");
    assertThat(new Readiness(Optional::empty, poll).await(LIMIT).detail())
        .contains("no web node runs");
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
