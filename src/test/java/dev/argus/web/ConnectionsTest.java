package dev.argus.web;

import static dev.argus.web.TierUnderTest.awaitEnd;
import static dev.argus.web.TierUnderTest.head;
import static dev.argus.web.TierUnderTest.photo;
import static dev.argus.web.TierUnderTest.sendAsync;
import static dev.argus.web.TierUnderTest.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How connections are limited and how they end, by sockets. */
class ConnectionsTest {
  private static final String GET = " HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private static void sendPhoto(Socket socket) throws Exception {
    write(
        socket,
        "POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: "
            + photo().length
            + "\r\n\r\n");
    socket.getOutputStream().write(photo());
  }

  private static String readAll(Socket socket) {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void connectionsBeyondTheLimitAreToldSoHealthChecksAnsweredAndFurtherOnesClosed()
      throws Exception {
    try (TierUnderTest tier =
        new TierUnderTest("ARGUS_WEB_MAX_CONNECTIONS", "2", "ARGUS_WEB_REFUSED_CONNECTIONS", "2")) {
      try (Socket first = tier.connect();
          Socket second = tier.connect();
          Socket refused = tier.connect();
          Socket health = tier.connect();
          Socket further = tier.connect()) {
        awaitEnd(further);
        write(refused, "GET /metrics" + GET);
        assertThat(head(refused))
            .startsWith("HTTP/1.1 503")
            .contains("Retry-After: 2", "Connection: close", "application/problem+json");
        awaitEnd(refused);
        write(health, "GET /livez" + GET);
        assertThat(head(health)).startsWith("HTTP/1.1 200").contains("Connection: close");
        awaitEnd(health);
        write(first, "GET /livez" + GET);
        assertThat(head(first)).startsWith("HTTP/1.1 200").doesNotContain("Connection: close");
        second.close();
      }
      await().until(() -> tier.metric("argus_http_connections") == 1);
      assertThat(tier.metric("argus_refused_total{reason=\"connections\"}")).isEqualTo(3);
    }
  }

  @Test
  void aConnectionBeyondTheLimitThatAsksForNothingGivesItsPlaceBackSoon() throws Exception {
    try (TierUnderTest tier =
            new TierUnderTest(
                "ARGUS_WEB_MAX_CONNECTIONS",
                "1",
                "ARGUS_WEB_REFUSED_CONNECTIONS",
                "1",
                "ARGUS_WEB_REFUSAL_TIMEOUT",
                "100ms");
        Socket first = tier.connect();
        Socket silent = tier.connect()) {
      awaitEnd(silent);
      await() // its place is free a moment later, and a slow machine may be too slow for this one
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                try (Socket health = tier.connect()) {
                  write(health, "GET /readyz" + GET);
                  assertThat(head(health)).startsWith("HTTP/1.1 200");
                }
              });
    }
  }

  @Test
  void slowHeadersAndForgottenConnectionsAreCutWhileAClientThatWaitsIsNot() throws Exception {
    try (TierUnderTest tier = new TierUnderTest("ARGUS_WEB_REQUEST_IDLE_TIMEOUT", "500ms");
        Socket waiting = tier.connect();
        Socket slow = tier.connect()) {
      sendPhoto(waiting);
      await().until(() -> tier.waiting() == 1);
      await() // one byte of a header after the other, as long as the server takes them
          .pollInterval(Duration.ofMillis(50))
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                try {
                  write(slow, "G");
                  return false;
                } catch (java.io.IOException closed) {
                  return true;
                }
              });
      tier.answerOne();
      assertThat(head(waiting)).startsWith("HTTP/1.1 200");
      awaitEnd(waiting); // it asks for nothing more
    }
  }

  @Test
  void aClientThatIsRefusedWhileItSendsHearsWhyAndGivesItsPlaceBackSoon() throws Exception {
    try (TierUnderTest tier =
            new TierUnderTest(
                "ARGUS_WEB_USER_TOKEN",
                "a".repeat(32),
                "ARGUS_WEB_LINGER_TIMEOUT",
                "100ms",
                "ARGUS_WEB_MAX_CONNECTIONS",
                "1");
        Socket socket = tier.connect()) {
      write(
          socket,
          "POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
              + "Content-Length: 999999999\r\n\r\n");
      socket.getOutputStream().write(new byte[1024 * 1024]);
      assertThat(head(socket)).startsWith("HTTP/1.1 401").contains("Connection: close");
      awaitEnd(socket);
      await()
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                try (Socket next = tier.connect()) {
                  write(next, "GET /livez" + GET);
                  assertThat(head(next)).doesNotContain("Connection: close"); // as one too many has
                }
              });
    }
  }

  @Test
  void thousandsOfRequestsInOnePacketAreAnsweredAndDoNotOverflowTheStack() throws Exception {
    try (TierUnderTest tier = new TierUnderTest();
        Socket socket = tier.connect()) {
      CompletableFuture<String> answers = CompletableFuture.supplyAsync(() -> readAll(socket));
      write(socket, "GET /livez HTTP/1.1\nHost:localhost\n\n".repeat(10_000));
      write(socket, "GET /livez HTTP/1.1\r\nHost:localhost\r\nConnection: close\r\n\r\n");
      assertThat(answers.join().split("HTTP/1.1 200 OK\r\n", -1)).hasSize(10_002);
    }
  }

  @Test
  void aClientThatReadsNoAnswerKeepsItsPlaceAndIsCut() throws Exception {
    try (TierUnderTest tier =
            new TierUnderTest(
                "ARGUS_WEB_DEADLINE",
                "1s",
                "ARGUS_WEB_STREAM_HEARTBEAT",
                "1s",
                "ARGUS_WEB_IDLE_TIMEOUT",
                "1500ms",
                "ARGUS_WEB_LINGER_TIMEOUT",
                "1ms");
        Socket deaf = tier.connect()) {
      write(deaf, ("GET /openapi.json" + GET).repeat(1000));
      write(deaf, "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      await().until(() -> tier.metric("argus_http_connections") == 1);
      assertThatThrownBy(() -> deaf.getInputStream().transferTo(OutputStream.nullOutputStream()))
          .as("it must not be left open, for nobody counts it any more")
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void aClientThatResetsItsConnectionGivesItsPlaceBackWhileThePhotoIsWorkedOn() throws Exception {
    try (TierUnderTest tier = new TierUnderTest()) {
      try (Socket socket = tier.connect()) {
        sendPhoto(socket);
        await().until(() -> tier.waiting() == 1);
        socket.setSoLinger(true, 0); // a reset
      }
      await().until(() -> tier.waiting() == 0);
      assertThat(tier.requests.sent()).hasSize(1);
    }
  }

  @Test
  void aClientThatSendsNothingMoreStillGetsItsAnswer() throws Exception {
    try (TierUnderTest tier = new TierUnderTest();
        Socket socket = tier.connect()) {
      sendPhoto(socket);
      await().until(() -> tier.waiting() == 1);
      socket.shutdownOutput(); // looks like one that has gone, and is not
      tier.answerOne();
      assertThat(head(socket)).startsWith("HTTP/1.1 200");
      awaitEnd(socket);
    }
  }

  @Test
  void aClientThatSendsNothingMoreIsToldAtAStopWhereItsResultWillBe() throws Exception {
    try (TierUnderTest tier = new TierUnderTest("ARGUS_WEB_STOP_TIMEOUT", "60s");
        Socket socket = tier.connect()) {
      sendPhoto(socket);
      await().until(() -> tier.waiting() == 1);
      socket.shutdownOutput();
      await().until(() -> tier.metric("argus_http_connections") >= 1);
      assertThat(tier.metric("argus_http_connections")).isEqualTo(2); // this one, and who asks
      tier.stop();
      assertThat(head(socket)).startsWith("HTTP/1.1 202").contains("Location: /v1/images/");
    }
  }

  @Test
  void requestsThatAreSentAtOnceAreAnsweredInTurn() throws Exception {
    try (TierUnderTest tier = new TierUnderTest();
        Socket socket = tier.connect()) {
      sendPhoto(socket);
      write(socket, "GET /livez" + GET);
      write(socket, "GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      tier.answerOne();
      assertThat(head(socket)).startsWith("HTTP/1.1 200").contains("application/json");
      String rest = new String(socket.getInputStream().readAllBytes());
      assertThat(rest).contains("HTTP/1.1 200").contains("HTTP/1.1 404").endsWith("}");
    }
  }

  @Test
  void aWebNodeThatStopsClosesIdleConnectionsAndTellsThoseWhoPoll() throws Exception {
    try (TierUnderTest tier = new TierUnderTest("ARGUS_WEB_RESULT_POLL", "10ms");
        Socket idle = tier.connect()) {
      var accepted = TierUnderTest.send(tier.upload().header("Prefer", "respond-async"));
      String location = accepted.headers().firstValue("Location").orElseThrow();
      int before = tier.store.calls();
      var polling = sendAsync(tier.request(location).header("Prefer", "wait=30"));
      // It looks again and again once it knows that the photo is accepted, and only then.
      await().until(() -> tier.store.calls() >= before + 20);
      tier.stop();
      assertThat(polling.join().statusCode()).isEqualTo(202);
      assertThat(polling.join().headers().firstValue("Retry-After")).isPresent();
      awaitEnd(idle);
    }
  }
}
