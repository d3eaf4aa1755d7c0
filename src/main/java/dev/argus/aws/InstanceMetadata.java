package dev.argus.aws;

import dev.argus.ports.Completions;
import dev.argus.ports.Fleet;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.imds.Ec2MetadataAsyncClient;
import software.amazon.awssdk.imds.Ec2MetadataClientException;
import software.amazon.awssdk.imds.Ec2MetadataResponse;
import software.amazon.awssdk.imds.Ec2MetadataRetryPolicy;

/**
 * What the machine knows of itself, from the EC2 instance metadata service (IMDSv2).
 *
 * <p>The service is where {@code AWS_EC2_METADATA_SERVICE_ENDPOINT} says, else at EC2's link-local
 * address. Its answers come from the machine itself, so a missing one means that this is no EC2
 * instance: every stage fails within the timeout. Made by {@link AwsClients#metadata}. Safe for use
 * by many threads.
 */
public final class InstanceMetadata implements AutoCloseable {
  private static final int NOT_FOUND = 404;
  private static final int RETRIES = 2;

  private final Ec2MetadataAsyncClient client;
  private final Duration timeout;

  /**
   * @param endpoint in place of the one that the environment names
   * @param timeout of one question, retries included
   * @param http is not closed with this
   */
  InstanceMetadata(Optional<URI> endpoint, Duration timeout, SdkAsyncHttpClient http) {
    this.timeout = timeout;
    Ec2MetadataAsyncClient.Builder builder =
        Ec2MetadataAsyncClient.builder()
            .retryPolicy(Ec2MetadataRetryPolicy.builder().numRetries(RETRIES).build())
            .httpClient(http);
    endpoint.ifPresent(builder::endpoint);
    this.client = builder.build();
  }

  /** The id of this instance, such as {@code i-0123456789abcdef0}. */
  public CompletionStage<String> instanceId() {
    return Failures.plain(
        ask("/latest/meta-data/instance-id").thenApply(Ec2MetadataResponse::asString));
  }

  /** When this instance was last started, which for an app node is its launch. */
  public CompletionStage<Instant> launchedAt() {
    return Failures.plain(
        ask("/latest/dynamic/instance-identity/document")
            .thenApply(document -> document.asDocument().asMap().get("pendingTime").asString())
            .thenApply(Instant::parse));
  }

  /** This instance as a fleet shows its nodes, without number and tags. */
  public CompletionStage<Fleet.Node> self() {
    return Failures.plain(
        ask("/latest/dynamic/instance-identity/document")
            .thenApply(document -> document.asDocument().asMap())
            .thenCombine(
                ask("/latest/meta-data/instance-life-cycle"),
                (document, purchase) ->
                    new Fleet.Node(
                        document.get("instanceId").asString(),
                        0,
                        Fleet.State.RUNNING,
                        Instant.parse(document.get("pendingTime").asString()),
                        "",
                        document.get("instanceType").asString(),
                        purchase.asString())));
  }

  /**
   * When EC2 takes this spot instance away, two minutes ahead; empty while it does not. Fails if
   * the service cannot be reached or its notice cannot be read. EC2 asks for a look every 5 s.
   */
  public CompletionStage<Optional<Instant>> spotInterruption() {
    return Failures.plain(
        ask("/latest/meta-data/spot/instance-action")
            .thenApply(notice -> notice.asDocument().asMap().get("time").asString())
            .thenApply(time -> Optional.of(Instant.parse(time)))
            .exceptionallyCompose(
                failure ->
                    isNotFound(failure)
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : CompletableFuture.failedFuture(Completions.cause(failure))));
  }

  @Override
  public void close() {
    client.close();
  }

  private CompletionStage<Ec2MetadataResponse> ask(String path) {
    return client.get(path).orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static boolean isNotFound(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof Ec2MetadataClientException e && e.statusCode() == NOT_FOUND) {
        return true;
      }
    }
    return false;
  }
}
