package dev.argus.localaws;

import static dev.argus.localaws.Ec2Fixture.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.imds.Ec2MetadataAsyncClient;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

class InstanceMetadataTest {
  private static final String SCRIPT =
      "#!/bin/sh\necho endpoint $AWS_EC2_METADATA_SERVICE_ENDPOINT\nexec sleep 600\n";
  private static final String TOKEN_HEADER = "X-aws-ec2-metadata-token";
  private static final String LIFETIME_HEADER = "X-aws-ec2-metadata-token-ttl-seconds";

  @TempDir Path data;
  private final HttpClient http = HttpClient.newHttpClient();
  private Ec2Fixture ec2;
  private String id;
  private URI endpoint;

  @BeforeEach
  void start() {
    ec2 = new Ec2Fixture(data);
    id =
        ec2.run(
                SCRIPT,
                named("app-tier-instance-3")
                    .andThen(b -> b.iamInstanceProfile(p -> p.name("node"))))
            .instanceId();
    endpoint = endpoint(id);
  }

  @AfterEach
  void stop() {
    ec2.close();
  }

  @Test
  void theSdkReadsWhatTheInstanceIs() {
    try (Ec2MetadataAsyncClient imds =
        Ec2MetadataAsyncClient.builder().endpoint(endpoint).build()) {
      assertThat(read(imds, "/latest/meta-data/instance-id")).isEqualTo(id);
      assertThat(read(imds, "/latest/meta-data/instance-type")).isEqualTo("t3.small");
      assertThat(read(imds, "/latest/meta-data/ami-id")).isEqualTo("ami-argus");
      assertThat(read(imds, "/latest/meta-data/local-ipv4")).isEqualTo("127.0.0.1");
      assertThat(read(imds, "/latest/meta-data/placement/region")).isEqualTo("us-east-1");
      assertThat(read(imds, "/latest/meta-data/placement/availability-zone"))
          .isEqualTo("us-east-1a");
      assertThat(read(imds, "/latest/meta-data/tags/instance/Name"))
          .isEqualTo("app-tier-instance-3");
      assertThat(read(imds, "/latest/user-data")).isEqualTo(SCRIPT);
      assertThat(read(imds, "/latest/meta-data/")).contains("instance-id").contains("placement/");
      var document =
          imds.get("/latest/dynamic/instance-identity/document").join().asDocument().asMap();
      assertThat(document.get("instanceId").asString()).isEqualTo(id);
      assertThat(document.get("region").asString()).isEqualTo("us-east-1");
      assertThatThrownBy(() -> read(imds, "/latest/meta-data/spot/instance-action"))
          .hasCauseInstanceOf(SdkClientException.class);
    }
  }

  @Test
  void theSdkFindsCredentialsThatEc2Takes() {
    AwsCredentials found;
    try (var provider =
        InstanceProfileCredentialsProvider.builder().endpoint(endpoint.toString()).build()) {
      found = provider.resolveCredentials();
    }
    Credentials own = new Credentials(found.accessKeyId(), found.secretAccessKey());
    try (var client = Clients.ec2(ec2.ec2.endpoint(), own)) {
      client.terminateInstances(b -> b.instanceIds(id)).join();
    }
    ec2.awaitState(id, InstanceStateName.TERMINATED);
  }

  @Test
  void eachInstanceHasAServiceOfItsOwn() {
    String other = ec2.run(SCRIPT).instanceId();
    assertThat(endpoint(other)).isNotEqualTo(endpoint);
    try (Ec2MetadataAsyncClient imds =
        Ec2MetadataAsyncClient.builder().endpoint(endpoint(other)).build()) {
      assertThat(read(imds, "/latest/meta-data/instance-id")).isEqualTo(other);
    }
  }

  @Test
  void anInterruptionIsAnnouncedWhileTheInstanceRunsOn() {
    ec2.ec2.interrupt(id, Duration.ofMinutes(2));
    try (Ec2MetadataAsyncClient imds =
        Ec2MetadataAsyncClient.builder().endpoint(endpoint).build()) {
      var notice = imds.get("/latest/meta-data/spot/instance-action").join().asDocument().asMap();
      assertThat(notice.get("action").asString()).isEqualTo("terminate");
      assertThat(notice.get("time").asString())
          .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    }
    assertThat(ec2.describe(id).state().name()).isEqualTo(InstanceStateName.RUNNING);
  }

  @Test
  void anInterruptionEndsTheInstanceAfterTheNotice() {
    ec2.ec2.interrupt(id, Duration.ofMillis(100));
    var ended = ec2.awaitState(id, InstanceStateName.TERMINATED);
    assertThat(ended.stateReason().code()).isEqualTo("Server.SpotInstanceTermination");
  }

  @Test
  void anUnknownInstanceCannotBeInterrupted() {
    assertThatThrownBy(() -> ec2.ec2.interrupt("i-0", Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("i-0");
  }

  @Test
  void withoutATokenNothingIsTold() throws Exception {
    assertThat(get("/latest/meta-data/instance-id", "none")).isEqualTo(401);
    assertThat(status(request("/latest/meta-data/instance-id").build())).isEqualTo(401);
    String token = http.send(tokenRequest("60").build(), BodyHandlers.ofString()).body();
    assertThat(get("/latest/meta-data/instance-id", token)).isEqualTo(200);
    assertThat(get("/latest/meta-data/nothing", token)).isEqualTo(404);
    assertThat(get("/elsewhere", token)).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "21601", "-1", "soon", "99999999999"})
  void aTokenLivesOneSecondToSixHours(String lifetime) throws Exception {
    assertThat(status(tokenRequest(lifetime).build())).isEqualTo(400);
  }

  @Test
  void aProxyGetsNoTokenAndAWebPageNothing() throws Exception {
    assertThat(status(tokenRequest("60").header("X-Forwarded-For", "10.0.0.1").build()))
        .isEqualTo(403);
    assertThat(status(tokenRequest("60").header("Origin", "http://evil.example").build()))
        .isEqualTo(403);
    assertThat(status(request("/latest/api/token").build())).isEqualTo(405);
  }

  private URI endpoint(String instance) {
    String line =
        ec2.awaitLog(instance, "\n")
            .lines()
            .filter(l -> l.startsWith("endpoint"))
            .findFirst()
            .get();
    return URI.create(line.substring("endpoint ".length()));
  }

  private static String read(Ec2MetadataAsyncClient imds, String path) {
    return imds.get(path).join().asString();
  }

  private HttpRequest.Builder tokenRequest(String lifetime) {
    return request("/latest/api/token")
        .PUT(HttpRequest.BodyPublishers.noBody())
        .header(LIFETIME_HEADER, lifetime);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(endpoint.resolve(path)).timeout(Duration.ofSeconds(10));
  }

  private int get(String path, String token) throws IOException, InterruptedException {
    return status(request(path).header(TOKEN_HEADER, token).build());
  }

  private int status(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.discarding()).statusCode();
  }
}
