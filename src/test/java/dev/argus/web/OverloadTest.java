package dev.argus.web;

import static dev.argus.web.TierUnderTest.head;
import static dev.argus.web.TierUnderTest.photo;
import static dev.argus.web.TierUnderTest.send;
import static dev.argus.web.TierUnderTest.sendAsync;
import static dev.argus.web.TierUnderTest.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.protocol.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is refused at the door, how, and at what cost. */
class OverloadTest {
  private static final String HEAD =
      "POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n";

  private static void assertRefused(HttpResponse<String> response, Problem.Kind kind, int after)
      throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(kind.status());
    assertThat(new ObjectMapper().readTree(response.body()).get("type").asText())
        .isEqualTo(kind.because("").type());
    assertThat(response.headers().firstValue("Retry-After")).hasValue(Integer.toString(after));
  }

  @Test
  void aClientThatSendsTooFastIsToldWhenToSendAgainAndOthersAreNotHeldUp() throws Exception {
    try (TierUnderTest tier =
        new TierUnderTest("ARGUS_WEB_CLIENT_RATE", "1", "ARGUS_WEB_CLIENT_BURST", "2")) {
      for (int i = 0; i < 2; i++) {
        assertThat(send(tier.upload().header("Prefer", "respond-async")).statusCode())
            .isEqualTo(202);
      }
      assertRefused(send(tier.upload()), Problem.Kind.RATE_LIMITED, 1);
      assertThat(tier.get("/livez").statusCode()).isEqualTo(200);
      assertThat(tier.metric("argus_refused_total{reason=\"client-rate\"}")).isEqualTo(1);
      tier.clock.advance(Duration.ofSeconds(1));
      assertThat(send(tier.upload().header("Prefer", "respond-async")).statusCode()).isEqualTo(202);
    }
  }

  @Test
  void aPhotoThatTheWholeFleetCouldNotAnswerInTimeIsRefusedAndToldWhenItCould() throws Exception {
    try (TierUnderTest tier = new TierUnderTest("ARGUS_WEB_DEADLINE", "300s")) {
      tier.timeToAnswer = Duration.ofSeconds(340);
      assertRefused(send(tier.upload()), Problem.Kind.OVERLOADED, 40);
      assertRefused(
          send(tier.upload().header("Prefer", "respond-async")), Problem.Kind.OVERLOADED, 40);
      assertThat(tier.metric("argus_refused_total{reason=\"deadline\"}")).isEqualTo(2);
      tier.timeToAnswer = Duration.ofSeconds(300);
      var accepted = sendAsync(tier.upload());
      tier.answerOne();
      assertThat(accepted.join().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void bodiesThatArriveHaveALimitOfTheirOwn() throws Exception {
    try (TierUnderTest tier = new TierUnderTest("ARGUS_WEB_MAX_BODIES", "1")) {
      try (Socket slow = tier.connect()) {
        write(slow, HEAD + "Content-Length: 1000\r\n\r\nabc");
        await().until(() -> tier.metric("argus_photos_arriving") == 1);
        assertRefused(send(tier.upload()), Problem.Kind.OVERLOADED, 2);
        assertThat(tier.metric("argus_refused_total{reason=\"bodies\"}")).isEqualTo(1);
      }
      await().until(() -> tier.metric("argus_photos_in_flight") == 0); // it hung up
      assertThat(send(tier.upload().header("Prefer", "respond-async")).statusCode()).isEqualTo(202);
    }
  }

  @Test
  void thePhotosOfAFormWaitForRoomWhereASingleOneIsRefused() throws Exception {
    try (TierUnderTest tier = new TierUnderTest("ARGUS_WEB_MAX_IN_FLIGHT", "1")) {
      var form =
          sendAsync(
              tier.request("/v1/images")
                  .header("Content-Type", "multipart/form-data; boundary=x")
                  .header("Prefer", "respond-async")
                  .POST(BodyPublishers.ofByteArrays(form("1.png", "2.png"))));
      await().until(() -> tier.waiting() == 1);
      assertRefused(
          send(
              tier.request("/v1/images")
                  .header("Content-Type", "multipart/form-data; boundary=x")
                  .POST(BodyPublishers.ofByteArrays(form("3.png")))),
          Problem.Kind.OVERLOADED,
          2);
      tier.answerOne(); // and the second one has its place
      HttpResponse<String> response = form.join();
      assertThat(response.statusCode()).isEqualTo(202);
      assertThat(
              new ObjectMapper().readTree(response.body()).get("images").findValuesAsText("status"))
          .containsExactly("pending", "pending");
    }
  }

  @Test
  void aFormWithoutAPhotoGivesItsPlaceBack() throws Exception {
    try (TierUnderTest tier = new TierUnderTest("ARGUS_WEB_MAX_IN_FLIGHT", "1")) {
      for (String type : new String[] {"form-data; boundary=x", "mixed; boundary=x"}) {
        HttpResponse<String> response =
            send(
                tier.request("/v1/images")
                    .header("Content-Type", "multipart/" + type)
                    .POST(BodyPublishers.ofString("--x--\r\n")));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(tier.metric("argus_photos_in_flight")).isZero();
      }
    }
  }

  private static Iterable<byte[]> form(String... names) {
    java.util.List<byte[]> body = new java.util.ArrayList<>();
    for (String name : names) {
      body.add(
          ("--x\r\nContent-Disposition: form-data; name=\"p\"; filename=\"" + name + "\"\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      body.add(photo());
      body.add("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    body.add("--x--\r\n".getBytes(StandardCharsets.US_ASCII));
    return body;
  }

  /** A tier that has no place left: its only one is taken. */
  private static TierUnderTest full(String... more) throws Exception {
    String[] settings = {"ARGUS_WEB_MAX_IN_FLIGHT", "1"};
    String[] all = java.util.Arrays.copyOf(settings, settings.length + more.length);
    System.arraycopy(more, 0, all, settings.length, more.length);
    TierUnderTest tier = new TierUnderTest(all);
    assertThat(send(tier.upload().header("Prefer", "respond-async")).statusCode()).isEqualTo(202);
    return tier;
  }

  @Test
  void aRefusedBodyThatIsTooLongToReadIsNotWaitedFor() throws Exception {
    try (TierUnderTest tier = full();
        Socket socket = tier.connect()) {
      write(socket, HEAD + "Content-Length: 20000000\r\n\r\n");
      assertThat(head(socket))
          .startsWith("HTTP/1.1 503")
          .contains("Retry-After: 2", "Connection: close");
    }
  }

  @Test
  void aRefusedBodyOfUnknownLengthIsReadUpToTheLimit() throws Exception {
    try (TierUnderTest tier = full("ARGUS_WEB_REFUSED_BODY_LIMIT", "100KiB");
        Socket socket = tier.connect()) {
      write(socket, HEAD + "Transfer-Encoding: chunked\r\n\r\n");
      String chunk = "1000\r\n" + "x".repeat(4096) + "\r\n";
      for (int i = 0; i < 26; i++) { // 104 KiB, and then silence
        write(socket, chunk);
      }
      assertThat(head(socket)).startsWith("HTTP/1.1 503").contains("Connection: close");
    }
  }

  @Test
  void aRefusedBodyThatDoesNotComeIsNotWaitedForLong() throws Exception {
    try (TierUnderTest tier = full("ARGUS_WEB_REFUSAL_TIMEOUT", "200ms");
        Socket socket = tier.connect()) {
      write(socket, HEAD + "Content-Length: 1000\r\n\r\nabc");
      assertThat(head(socket)).startsWith("HTTP/1.1 503").contains("Connection: close");
    }
  }

  @Test
  void aClientThatSendsItsWholeBodyFirstReadsTheRefusalAndKeepsItsConnection() throws Exception {
    try (TierUnderTest tier = full();
        Socket socket = tier.connect()) {
      for (int i = 0; i < 3; i++) {
        assertKeepsItsConnection(socket, "", 503);
      }
    }
  }

  @Test
  void soDoesOneWhoseHeadersCannotBeTaken() throws Exception {
    try (TierUnderTest tier = new TierUnderTest();
        Socket socket = tier.connect()) {
      assertKeepsItsConnection(socket, "Idempotency-Key: a b\r\n", 400);
      assertKeepsItsConnection(socket, "Argus-Callback-Url: ftp://a/\r\n", 400);
      assertKeepsItsConnection(
          socket, "Accept: application/x-ndjson\r\nIdempotency-Key: a b\r\n", 400);
      assertThat(tier.metric("argus_photos_in_flight")).isZero();
    }
  }

  private static void assertKeepsItsConnection(Socket socket, String headers, int status)
      throws IOException {
    byte[] body = new byte[1024 * 1024];
    write(socket, HEAD + headers + "Content-Length: " + body.length + "\r\n\r\n");
    OutputStream out = socket.getOutputStream();
    out.write(body);
    String head = head(socket);
    assertThat(head).startsWith("HTTP/1.1 " + status).doesNotContain("Connection: close");
    int length = Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
    assertThat(socket.getInputStream().readNBytes(length)).hasSize(length);
  }

  @Test
  void aClientThatAsksBeforeItSendsItsBodyIsAnsweredBeforeIt() throws Exception {
    try (TierUnderTest tier = full();
        Socket socket = tier.connect()) {
      write(socket, HEAD + "Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n");
      assertThat(head(socket)).startsWith("HTTP/1.1 503");
    }
  }

  @Test
  void anUploadOfAClientThatAsksFirstIsTaken() throws Exception {
    try (TierUnderTest tier = new TierUnderTest();
        Socket socket = tier.connect()) {
      write(
          socket, HEAD + "Content-Length: " + photo().length + "\r\nExpect: 100-continue\r\n\r\n");
      assertThat(head(socket)).startsWith("HTTP/1.1 100");
      socket.getOutputStream().write(photo());
      tier.answerOne();
      assertThat(head(socket)).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void refusalsLeaveNothingBehind() throws Exception {
    try (TierUnderTest tier = full()) {
      for (int i = 0; i < 200; i++) {
        assertRefused(send(tier.upload()), Problem.Kind.OVERLOADED, 2);
      }
      assertThat(tier.metric("argus_refused_total{reason=\"in-flight\"}")).isEqualTo(200);
      assertThat(tier.metric("argus_photos_arriving")).isZero();
      tier.answerOne();
      await().until(() -> tier.metric("argus_photos_in_flight") == 0);
      assertThat(tier.metric("argus_photos_buffered_bytes")).isZero();
      var served = sendAsync(tier.upload());
      tier.answerOne();
      assertThat(served.join().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void onlySoManyClientsPollAtOnceAndOneThatIsGoneDoesNotCount() throws Exception {
    try (TierUnderTest tier = new TierUnderTest("ARGUS_WEB_MAX_POLLS", "1")) {
      String location =
          send(tier.upload().header("Prefer", "respond-async"))
              .headers()
              .firstValue("Location")
              .orElseThrow();
      try (Socket first = tier.connect()) {
        write(first, "GET " + location + " HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=60\r\n\r\n");
        await()
            .untilAsserted(
                () ->
                    assertRefused(
                        send(tier.request(location).header("Prefer", "wait=1")),
                        Problem.Kind.OVERLOADED,
                        2));
        assertThat(tier.get(location).statusCode()).isEqualTo(202); // without waiting
        assertThat(tier.metric("argus_refused_total{reason=\"polls\"}")).isPositive();
        first.setSoLinger(true, 0); // a reset
      }
      await()
          .until(() -> send(tier.request(location).header("Prefer", "wait=1")).statusCode() == 202);
    }
  }

  @Test
  void whatIsNotReadyTellsWhenToLookAgain() throws Exception {
    try (TierUnderTest tier = new TierUnderTest()) {
      tier.store.setDown(true);
      HttpResponse<String> readiness = tier.get("/readyz");
      assertThat(readiness.statusCode()).isEqualTo(503);
      assertThat(readiness.headers().firstValue("Retry-After")).hasValue("2");
    }
  }

  @Test
  void aConnectionThatSendsNoHttpIsNoTrouble() throws IOException {
    try (TierUnderTest tier = new TierUnderTest();
        Socket socket = tier.connect()) {
      write(socket, "\u0016\u0003\u0001 this is no HTTP\r\n\r\n");
      TierUnderTest.awaitEnd(socket);
      assertThat(tier.waiting()).isZero();
    }
  }
}
