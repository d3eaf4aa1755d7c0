package dev.argus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.argus.simulation.SelfSigned;
import dev.argus.simulation.SettableClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadinessTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final SettableClock clock = new SettableClock();
  private final Poll poll = new Poll(clock, clock::advance);

  @Test
  void itWaitsUntilTheWebTierIsReady() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server = HttpServer.create(anyPort(), 0);
    server.createContext(
        "/readyz", exchange -> answer(exchange, asked.incrementAndGet() < 3 ? 503 : 200));
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
  void behindALoadBalancerItAsksTheWebTierThoughTheCertificateHasAnotherName(@TempDir Path folder)
      throws Exception {
    SelfSigned certificate = SelfSigned.make(folder, "EC", "256", "dns:photos.example.com");
    AtomicInteger status = new AtomicInteger(503);
    HttpsServer balancer = HttpsServer.create(anyPort(), 0);
    balancer.setHttpsConfigurator(new HttpsConfigurator(certificate.server()));
    balancer.createContext("/readyz", exchange -> answer(exchange, status.get()));
    balancer.start();
    try {
      URI url = URI.create("https://127.0.0.1:" + balancer.getAddress().getPort());
      Readiness readiness = new Readiness(() -> Optional.of(url), poll, certificate.trust());
      Readiness.Seen early = readiness.await(Duration.ZERO);
      assertThat(early.ready()).isFalse();
      assertThat(early.detail()).contains("503");
      status.set(200);
      Readiness.Seen ready = readiness.await(Duration.ZERO);
      assertThat(ready.ready()).as(ready.detail()).isTrue();
      assertThat(ready.detail()).contains("CNAME to 127.0.0.1");

      Readiness.Seen strange = new Readiness(() -> Optional.of(url), poll).await(Duration.ZERO);
      assertThat(strange.ready()).isFalse();
      assertThat(strange.detail()).contains("certificate is not one that Java trusts");
    } finally {
      balancer.stop(0);
    }
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static void answer(HttpExchange exchange, int status) throws IOException {
    byte[] body = "{\"request-queue\":\"unreachable\"}".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
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
