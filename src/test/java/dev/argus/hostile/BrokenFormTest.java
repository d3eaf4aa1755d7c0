package dev.argus.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.hostile.RawHttp.Response;
import dev.argus.ports.Classifier;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.simulation.InMemoryCluster;
import dev.argus.simulation.InMemoryCluster.WebNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that no library would write, byte by byte over a socket: a reason or a clean answer, and
 * the server goes on.
 */
class BrokenFormTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] PHOTO = BasePhoto.all().get(0).bytes();
  private static final String FILE =
      "Content-Disposition: form-data; name=\"f\"; filename=\"a.jpg\"";

  private static InMemoryCluster cluster;
  private static WebNode web;
  private static Classifier classifier;

  /** A request's body, and the headers that tell of it. */
  record Case(String what, String headers, byte[] body) {
    static Case form(String what, Form form) {
      return new Case(what, "Content-Type: " + form.contentType() + "\r\n", form.closed());
    }

    @Override
    public String toString() {
      return what;
    }
  }

  @BeforeAll
  static void start() {
    cluster =
        new InMemoryCluster(
            InstantSource.system(),
            Map.of("ARGUS_WEB_BODY_TIMEOUT", "2s", "ARGUS_WEB_MAX_PHOTOS_PER_FORM", "20"));
    classifier = new DecodingClassifier(cluster.settings());
    web = cluster.startWeb(cluster.surroundings());
    cluster.startApp("i-1", cluster.surroundings(), classifier);
  }

  @AfterAll
  static void stop() {
    cluster.close();
    classifier.close();
  }

  @AfterEach
  void theServerGoesOnAndHoldsNothingBack() throws Exception {
    Response good = send(Case.form("good", new Form("b").file("f", "a.jpg", PHOTO))).orElseThrow();
    assertThat(good.status()).as(good.body()).isEqualTo(200);
    await().until(() -> web.tier().waiting() == 0);
    cluster.store.clear(Bucket.INPUT);
  }

  static Stream<Case> broken() {
    Form whole = new Form("b").file("f", "a.jpg", PHOTO);
    String type = "Content-Type: multipart/form-data; boundary=b\r\n";
    byte[] none = new byte[0];
    return Stream.of(
        new Case("no part at all", type, Bytes.latin1("--b--\r\n")),
        new Case("no body", type, none),
        new Case("no boundary in the body", type, PHOTO),
        new Case(
            "no boundary in the header", "Content-Type: multipart/form-data\r\n", whole.closed()),
        new Case("an empty boundary", "Content-Type: multipart/form-data; boundary=\r\n", none),
        new Case(
            "a boundary of 10,000 letters",
            "Content-Type: multipart/form-data; boundary=" + "b".repeat(10_000) + "\r\n",
            whole.closed()),
        new Case(
            "a boundary that is not allowed",
            "Content-Type: multipart/form-data; boundary=\"\u0001<b>\"\r\n",
            whole.closed()),
        new Case(
            "another boundary",
            "Content-Type: multipart/form-data; boundary=c\r\n",
            whole.closed()),
        new Case(
            "multipart of another kind",
            "Content-Type: multipart/mixed; boundary=b\r\n",
            whole.closed()),
        new Case("a type that is no type", "Content-Type: \u0002///;;=\r\n", PHOTO),
        new Case("a part without headers", type, Bytes.latin1("--b\r\n\r\nx\r\n--b--\r\n")),
        new Case("a header line of a megabyte", type, header("X: " + "y".repeat(1 << 20))),
        new Case("ten thousand headers", type, header("X: y\r\n".repeat(10_000) + "Z: z")),
        new Case("a header without a colon", type, header("what is this")),
        new Case("a header with a NUL", type, header("X\u0000: y")),
        new Case(
            "a part of no known disposition",
            type,
            new Form("b").part("Content-Disposition: \u0003;;name", PHOTO).closed()),
        new Case(
            "a form in a form",
            type,
            new Form("b")
                .part(FILE + "\r\nContent-Type: multipart/form-data; boundary=c", whole.closed())
                .closed()),
        new Case(
            "a photo that is announced as a form", type, Bytes.concat(Bytes.latin1("--b"), PHOTO)));
  }

  private static byte[] header(String line) {
    return new Form("b").part(line, PHOTO).closed();
  }

  @ParameterizedTest
  @MethodSource("broken")
  void isRefusedWithAReason(Case broken) throws Exception {
    Response response = send(broken).orElseThrow();
    assertThat(response.status()).as(response.body()).isBetween(400, 499);
    assertThat(response.body()).isNotBlank();
    assertThat(cluster.store.keys(Bucket.INPUT)).isEmpty();
  }

  @Test
  void aFormWithoutItsLastBoundaryIsAnsweredForWhatItHas() throws Exception {
    Form form = new Form("b").file("f", "a.jpg", PHOTO);
    Response response =
        send(new Case("", "Content-Type: " + form.contentType() + "\r\n", form.open()))
            .orElseThrow();
    assertThat(response.status()).as(response.body()).isBetween(200, 499);
  }

  @Test
  void aPartOfHeadersAloneIsToldThatItHasNoPhoto() throws Exception {
    byte[] body = Bytes.latin1("--b\r\n" + FILE + "\r\n--b--\r\n");
    Response response =
        send(new Case("", "Content-Type: multipart/form-data; boundary=b\r\n", body)).orElseThrow();
    assertThat(response.status()).as(response.body()).isBetween(200, 499);
    assertThat(response.body()).contains("found nothing");
    assertThat(cluster.store.keys(Bucket.INPUT)).isEmpty();
  }

  @Test
  void ofThousandsOfPartsTheFirstAreTakenAndEveryOtherIsToldWhy() throws Exception {
    Form form = new Form("b");
    ArrayList<byte[]> parts = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      parts.add(new Form("b").file("f", i + ".jpg", new byte[10]).open());
    }
    form.raw(Bytes.concat(parts.toArray(byte[][]::new)));
    Response response = send(Case.form("", form)).orElseThrow();
    assertThat(response.status()).as(response.body()).isLessThan(500);
    assertThat(cluster.store.keys(Bucket.INPUT)).isEmpty();
  }

  @Test
  void aBodyShorterThanItClaimsIsCutWithAReasonAndALongerOneIsNoTroubleToOthers() throws Exception {
    byte[] body = new Form("b").file("f", "a.jpg", PHOTO).closed();
    String type = "Content-Type: multipart/form-data; boundary=b\r\n";
    Response tooShort = send("POST /v1/images", type, body.length + 1000, body).orElseThrow();
    assertThat(tooShort.status()).as(tooShort.body()).isBetween(200, 499);
    // What is too long is the next request, and is not HTTP.
    Optional<Response> tooLong = send("POST /v1/images", type, body.length - 1000, body);
    tooLong.ifPresent(it -> assertThat(it.status()).isBetween(200, 499));
    for (String length : List.of("-1", "99999999999999999999", "1e3", "")) {
      Optional<Response> odd = send("POST /v1/images", type, length, body);
      odd.ifPresent(it -> assertThat(it.status()).as(it.body()).isBetween(400, 499));
    }
  }

  static Stream<String> names() {
    return Stream.of(
        "../../etc/passwd",
        "..\\..\\windows\\system32\\cat.jpg",
        "/etc/passwd",
        "C:\\cat.jpg",
        "....//cat.jpg",
        "%2e%2e%2fpasswd",
        "\u202Egpj.exe",
        "\u200Bcat\u2060.jpg\uFEFF",
        "\uD83D\uDC08\u200D\u2B1B.jpg",
        "e\u0301".repeat(300) + ".jpg",
        "<script>alert(1)</script>.jpg",
        "'; drop table photos; --.jpg",
        "${jndi:ldap://127.0.0.1/x}.jpg",
        "{{7*7}}.jpg",
        "%s%n%x.jpg",
        "con",
        ".",
        "..",
        " ",
        "a".repeat(5_000) + ".jpg");
  }

  @ParameterizedTest
  @MethodSource("names")
  void anOddNameIsCleanedAndNeverAPath(String name) throws Exception {
    Response response = send(Case.form(name, new Form("b").file("f", name, PHOTO))).orElseThrow();
    checkName(response);
  }

  static Stream<byte[]> rawNames() {
    return Stream.of(
        new byte[] {(byte) 0xC0, (byte) 0xAE, (byte) 0xC0, (byte) 0xAE, '/', 'x'}, // ../ overlong
        new byte[] {(byte) 0xFF, (byte) 0xFE, 'x'},
        Bytes.latin1("cat.jpg\0.exe"),
        Bytes.latin1("cat\7\33[31m.jpg"),
        Bytes.latin1("a".repeat(10_000) + ".jpg"),
        "\uFFFE\uFFFF.jpg".getBytes(StandardCharsets.UTF_8),
        new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, // half a surrogate
        new byte[] {'a', (byte) 0xE2, (byte) 0x82},
        Bytes.latin1("a.jpg\"\r\nX-Injected: yes\r\nY: \""),
        Bytes.latin1("a.jpg\r\n\r\n<script>\r\n"),
        Bytes.latin1("\\\"a\\\\\\\".jpg"),
        Bytes.latin1("\"unterminated"));
  }

  @ParameterizedTest
  @MethodSource("rawNames")
  void aNameOfBadBytesIsCleanedOrRefused(byte[] name) throws Exception {
    byte[] part =
        Bytes.concat(
            Bytes.latin1("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\""),
            name,
            Bytes.latin1("\"\r\n\r\n"),
            PHOTO,
            Bytes.latin1("\r\n"));
    Response response = send(Case.form("", new Form("b").raw(part))).orElseThrow();
    assertThat(response.headers()).doesNotContain("X-Injected");
    if (response.status() == 200) {
      checkName(response);
    } else {
      assertThat(response.status()).as(response.body()).isBetween(400, 499);
      assertThat(response.body()).isNotBlank();
    }
  }

  /** The name in the answer and in the bucket is one segment of printable characters. */
  private static void checkName(Response response) throws Exception {
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    JsonNode json = JSON.readTree(response.body());
    String name = json.get("name").asText();
    assertThat(name).isNotBlank().doesNotContain("/", "\\").isNotIn(".", "..");
    assertThat(name.codePointCount(0, name.length())).isLessThanOrEqualTo(255);
    assertThat(name.codePoints())
        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
    String stored =
        cluster
            .store
            .head(Bucket.INPUT, json.get("id").asText())
            .toCompletableFuture()
            .join()
            .orElseThrow()
            .metadata()
            .get("name");
    assertThat(stored).matches("[!-~]+");
    assertThat(URLDecoder.decode(stored, StandardCharsets.UTF_8)).isEqualTo(name);
  }

  static Stream<String> requestLines() {
    return Stream.of(
        "GET /../../etc/passwd",
        "GET /%2e%2e/%2e%2e/etc/passwd",
        "GET /v1/images/..%2f..%2fetc%2fpasswd",
        "GET /v1/images/%00",
        "GET /v1/images/" + "a".repeat(5000),
        "GET /%ff%fe",
        "GET /v1/images/%",
        "GET //127.0.0.1/x",
        "GET \\",
        "GET *",
        "POST /v1/images/",
        "BREW /",
        "GET /argus.js/../../../conf/application.conf",
        "\u0016\u0003\u0001 /"); // TLS at the wrong door
  }

  @ParameterizedTest
  @MethodSource("requestLines")
  void anOddPathOrMethodIsRefused(String line) throws Exception {
    Optional<Response> response = send(line, "", 0, new byte[0]);
    assertThat(response).isPresent();
    assertThat(response.get().status()).as(response.get().body()).isBetween(400, 501);
    assertThat(response.get().status()).isNotEqualTo(500);
    assertThat(response.get().body()).isNotBlank().doesNotContain("root:");
  }

  static Stream<String> headers() {
    return Stream.of(
        "Accept: \u0000\r\n",
        "Accept: " + "text/".repeat(500) + "\r\n",
        "Prefer: wait=99999999999999999999999, respond-async; wait=-1;;=\r\n",
        "Prefer: wait=NaN\r\n",
        "Content-Disposition: attachment; filename*=UTF-8''%ff%fe%00\r\n",
        "Content-Disposition: \u0001\r\n",
        "traceparent: 00-" + "0".repeat(4000) + "\r\n",
        "Transfer-Encoding: chunked, gzip, chunked\r\n",
        "Expect: 200-nonsense\r\n",
        "X-\u00E9: odd\r\n",
        "X: " + "y".repeat(100_000) + "\r\n",
        "X: y\r\n".repeat(1000),
        " folded: line\r\n",
        "Content-Encoding: br, br, br\r\n",
        "Host: a\r\nHost: b\r\n");
  }

  @ParameterizedTest
  @MethodSource("headers")
  void anOddHeaderIsIgnoredOrRefused(String header) throws Exception {
    Optional<Response> response =
        send("POST /v1/images", "Content-Type: image/jpeg\r\n" + header, PHOTO.length, PHOTO);
    assertThat(response).isPresent();
    assertThat(response.get().status()).as(response.get().body()).isBetween(200, 499);
  }

  private static Optional<Response> send(Case broken) throws Exception {
    return send("POST /v1/images", broken.headers(), broken.body().length, broken.body());
  }

  private static Optional<Response> send(String line, String headers, int length, byte[] body)
      throws Exception {
    return send(line, headers, Integer.toString(length), body);
  }

  private static Optional<Response> send(String line, String headers, String length, byte[] body)
      throws IOException {
    String head =
        line
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            + headers
            + "Content-Length: "
            + length
            + "\r\n\r\n";
    return RawHttp.send(
        web.tier().address(), Bytes.concat(head.getBytes(StandardCharsets.UTF_8), body));
  }
}
