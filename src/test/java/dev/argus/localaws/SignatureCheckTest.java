package dev.argus.localaws;

import static dev.argus.localaws.Ec2Fixture.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;

class SignatureCheckTest {
  private static final String BODY = "Action=DescribeInstances&Version=2016-11-15";
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir Path data;
  private final Credentials credentials = Credentials.random();
  private EmbeddedEc2 ec2;

  @BeforeEach
  void start() {
    ec2 =
        EmbeddedEc2.start(
            data,
            0,
            credentials,
            Map.of(),
            Ec2Options.defaults(),
            Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @AfterEach
  void stop() {
    ec2.close();
  }

  @Test
  void aCallSignedWithTheKeyOfThisRunPasses() throws IOException {
    assertThat(post(signed(credentials, NOW, "us-east-1", "ec2"), BODY))
        .contains("200 OK")
        .contains("<DescribeInstancesResponse");
  }

  @Test
  void aQueryInTheAddressIsSignedToo() throws IOException {
    Map<String, List<String>> headers =
        sign(
            SdkHttpMethod.GET,
            "?Action=DescribeInstances&Filter.1.Name=tag%3AName&Filter.1.Value.1=a%2Ab%20c",
            "",
            credentials,
            NOW,
            "us-east-1",
            "ec2");
    String query = "Action=DescribeInstances&Filter.1.Name=tag%3AName&Filter.1.Value.1=";
    assertThat(send("GET /?" + query + "a%2Ab%20c", headers, "")).contains("200 OK");
    assertThat(send("GET /?" + query + "a%2Ab%20d", headers, "")).contains("SignatureDoesNotMatch");
  }

  @Test
  void anUnknownAccessKeyIsRefused() {
    try (Ec2AsyncClient intruder = Clients.ec2(ec2.endpoint(), Credentials.random())) {
      assertThat(errorOf(() -> intruder.describeInstances().join())).isEqualTo("AuthFailure");
    }
  }

  @Test
  void aWrongSecretIsRefused() throws IOException {
    Credentials wrong = new Credentials(credentials.accessKeyId(), "wrong");
    assertThat(post(signed(wrong, NOW, "us-east-1", "ec2"), BODY))
        .contains("403")
        .contains("<Code>SignatureDoesNotMatch</Code>");
  }

  @Test
  void aBodyThatWasChangedIsRefused() throws IOException {
    Map<String, List<String>> headers = signed(credentials, NOW, "us-east-1", "ec2");
    String changed = BODY.replace("Describe", "Describf");
    assertThat(post(headers, changed)).contains("SignatureDoesNotMatch");
    headers.remove("x-amz-content-sha256");
    assertThat(post(headers, changed)).contains("SignatureDoesNotMatch");
  }

  @Test
  void aHeaderThatWasAddedOrChangedIsRefused() throws IOException {
    Map<String, List<String>> added = signed(credentials, NOW, "us-east-1", "ec2");
    added.put("x-amz-something", List.of("more"));
    assertThat(post(added, BODY)).contains("SignatureDoesNotMatch");
    Map<String, List<String>> changed = signed(credentials, NOW, "us-east-1", "ec2");
    changed.put("content-type", List.of("text/plain"));
    assertThat(post(changed, BODY)).contains("SignatureDoesNotMatch");
  }

  @ParameterizedTest
  @CsvSource({"-301, true", "301, true", "-299, false", "299, false"})
  void aSignatureIsGoodForFiveMinutes(int seconds, boolean expired) throws IOException {
    String answer = post(signed(credentials, NOW.plusSeconds(seconds), "us-east-1", "ec2"), BODY);
    assertThat(answer.contains("<Code>RequestExpired</Code>")).isEqualTo(expired);
    assertThat(answer.contains("200 OK")).isEqualTo(!expired);
  }

  @ParameterizedTest
  @CsvSource({"us-east-1, s3", "eu-west-1, ec2"})
  void aSignatureForAnotherServiceOrRegionIsRefused(String region, String service)
      throws IOException {
    assertThat(post(signed(credentials, NOW, region, service), BODY))
        .contains("SignatureDoesNotMatch");
  }

  @Test
  void anUnsignedCallIsRefused() throws IOException {
    assertThat(post(new TreeMap<>(), BODY)).contains("403").contains("MissingAuthenticationToken");
    assertThat(post(new TreeMap<>(Map.of("authorization", List.of("Bearer x"))), BODY))
        .contains("IncompleteSignature");
  }

  @Test
  void aWebPageIsRefusedThoughTheSignatureIsRight() throws IOException {
    Map<String, List<String>> page = signed(credentials, NOW, "us-east-1", "ec2");
    page.put("origin", List.of("http://evil.example"));
    assertThat(post(page, BODY)).contains("403").contains("UnauthorizedOperation");
    Map<String, List<String>> rebound = signed(credentials, NOW, "us-east-1", "ec2");
    rebound.put("host", List.of("evil.example:" + ec2.endpoint().getPort()));
    assertThat(post(rebound, BODY)).contains("403").contains("UnauthorizedOperation");
  }

  @Test
  void aBodyWithoutEndIsCut() throws IOException {
    assertThat(post(new TreeMap<>(), "x".repeat(300 * 1024))).contains("RequestEntityTooLarge");
  }

  private Map<String, List<String>> signed(
      Credentials by, Instant at, String region, String service) {
    return sign(SdkHttpMethod.POST, "/", BODY, by, at, region, service);
  }

  private Map<String, List<String>> sign(
      SdkHttpMethod method,
      String target,
      String body,
      Credentials by,
      Instant at,
      String region,
      String service) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(method)
            .uri(URI.create(ec2.endpoint() + (target.startsWith("/") ? target : "/" + target)))
            .putHeader("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .build();
    var signed =
        AwsV4HttpSigner.create()
            .sign(
                r ->
                    r.identity(
                            AwsCredentialsIdentity.create(by.accessKeyId(), by.secretAccessKey()))
                        .request(request)
                        .payload(ContentStreamProvider.fromUtf8String(body))
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC)));
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(signed.request().headers());
    return headers;
  }

  private String post(Map<String, List<String>> headers, String body) throws IOException {
    return send("POST /", headers, body);
  }

  /** Over a plain socket: HTTP clients refuse to send a foreign Host. */
  private String send(String call, Map<String, List<String>> headers, String body)
      throws IOException {
    StringBuilder text = new StringBuilder(call).append(" HTTP/1.1\r\n");
    headers.forEach((name, values) -> values.forEach(v -> text.append(name + ": " + v + "\r\n")));
    if (!headers.containsKey("host")) {
      text.append("Host: 127.0.0.1\r\n");
    }
    text.append("Content-Length: " + body.length() + "\r\nConnection: close\r\n\r\n").append(body);
    try (Socket socket = new Socket("127.0.0.1", ec2.endpoint().getPort())) {
      socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
      socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
