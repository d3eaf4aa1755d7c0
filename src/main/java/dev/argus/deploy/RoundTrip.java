package dev.argus.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.aws.Ec2Fleet;
import dev.argus.config.InvalidSettingException;
import dev.argus.config.ModelSettings;
import dev.argus.config.Secret;
import dev.argus.deploy.Doctor.Cluster;
import dev.argus.deploy.Services.Service;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.core.exception.SdkException;

/** Sends a photo of a pizza, and looks whether it comes back as one. */
final class RoundTrip {
  private static final String CHECK = "round trip";
  private static final String PHOTO = "pizza.jpg";
  private static final String LABEL = "pizza";
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration SLACK = Duration.ofSeconds(15);
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final Cluster cluster;
  private final Optional<URI> given;
  private final Findings findings;

  /**
   * @param given where the web tier is; empty to find out
   */
  RoundTrip(Cluster cluster, Optional<URI> given, Findings findings) {
    this.cluster = cluster;
    this.given = given;
    this.findings = findings;
  }

  void run() throws InterruptedException {
    findings.look(
        CHECK,
        () -> {
          String balancer = cluster.outputs().get(WebAddress.LOAD_BALANCER);
          if (given.isEmpty() && balancer != null) {
            // The token goes to nobody who cannot show a certificate for his name.
            findings.skip(
                CHECK,
                "the certificate of the load balancer is for a name of your own: say --url"
                    + " https://NAME, where NAME is an alias or a CNAME of "
                    + URI.create(balancer).getHost());
            return;
          }
          Optional<URI> url = given.or(this::find);
          if (url.isEmpty()) {
            findings.skip(CHECK, "no web node runs; with --url one can be named");
            return;
          }
          send(url.get());
        });
  }

  /** At the cluster's web node; without a stack on this machine. */
  private Optional<URI> find() {
    if (cluster.stack().isPresent()) {
      return new WebAddress(cluster.services().ec2(), cluster.prefix()).find(cluster.outputs());
    }
    boolean https = cluster.settings().web().tls().isPresent();
    return Optional.of(
        URI.create(
            "%s://127.0.0.1:%d"
                .formatted(
                    https ? "https" : "http", cluster.settings().web().connections().port())));
  }

  private void send(URI url) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve("/v1/images"))
            .timeout(cluster.settings().web().requests().deadline().plus(SLACK))
            .header("Content-Type", "image/jpeg")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofByteArray(photo()));
    token().ifPresent(t -> request.header("Authorization", "Bearer " + t.reveal()));
    long began = System.nanoTime();
    try {
      HttpResponse<String> answer =
          HttpClient.newBuilder()
              .connectTimeout(CONNECT)
              .build()
              .send(request.build(), BodyHandlers.ofString());
      judge(url, answer.statusCode(), answer.body(), Duration.ofNanos(System.nanoTime() - began));
    } catch (SSLException e) {
      findings.fail(
          CHECK,
          url + " is not who it says: " + e.getMessage(),
          "name the address that its certificate has with --url");
    } catch (ConnectException | HttpConnectTimeoutException e) {
      if (given.isEmpty() && cluster.stack().isEmpty()) {
        findings.skip(CHECK, "nothing listens at " + url + "; with --url another can be named");
      } else {
        findings.fail(
            CHECK,
            url + " cannot be reached from here",
            "ask from an address within AllowedCidr, or look why no web node runs");
      }
    }
  }

  private static byte[] photo() throws IOException {
    try (InputStream in = RoundTrip.class.getResourceAsStream(PHOTO)) {
      return in.readAllBytes();
    }
  }

  /** That of this machine's settings, else the one in Parameter Store, if it may be read. */
  private Optional<Secret> token() {
    try {
      Optional<Secret> own = cluster.settings().web().access().tokens().user();
      if (own.isPresent()) {
        return own;
      }
    } catch (InvalidSettingException e) {
      // It is for a web node to say so; here it only means that there is none to use.
    }
    if (cluster.account().isEmpty()
        || cluster.services().absent(Service.SSM).isPresent()
        || cluster.stack().isEmpty()) {
      return Optional.empty();
    }
    try {
      return new ClusterSecrets(
              cluster.services().ssm(),
              new ClusterNames(cluster.prefix(), cluster.account().get()),
              Ec2Fleet.CLUSTER_TAG)
          .user();
    } catch (SdkException e) {
      return Optional.empty();
    }
  }

  /** What an answer says. */
  void judge(URI url, int status, String body, Duration took) throws IOException {
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      findings.fail(
          CHECK,
          url + " wants another token",
          "set ARGUS_WEB_USER_TOKEN_FILE, or have ssm:GetParameter allowed on the user's token");
      return;
    }
    if (status != OK) {
      findings.fail(
          CHECK,
          "%s answers %d: %s".formatted(url, status, detail(body)),
          "see /readyz and /v1/scaling/decisions of the web node, and the logs of the nodes");
      return;
    }
    JsonNode result = new ObjectMapper().readTree(body);
    String label = result.path("label").asText();
    boolean builtin = cluster.settings().model().uri().equals(ModelSettings.BUILTIN);
    if (result.path("status").asText().equals("recognised") && (!builtin || label.equals(LABEL))) {
      findings.ok(
          CHECK,
          "a photo of a pizza is a %s after %.1f s at %s"
              .formatted(label, took.toMillis() / 1000.0, url));
    } else {
      findings.fail(
          CHECK,
          "a photo of a pizza came back as " + detail(body),
          "check argus.model on the app nodes, and their logs");
    }
  }

  private static String detail(String body) {
    String line = body.replaceAll("\\s+", " ").strip();
    return line.length() > 300 ? line.substring(0, 300) : line;
  }
}
