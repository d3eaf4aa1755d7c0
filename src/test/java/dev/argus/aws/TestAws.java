package dev.argus.aws;

import dev.argus.config.ArgusSettings;
import dev.argus.config.AwsSettings;
import dev.argus.config.Ec2Settings;
import dev.argus.config.Purchase;
import dev.argus.localaws.Credentials;
import dev.argus.localaws.Ec2Options;
import dev.argus.localaws.EmbeddedEc2;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ActorSystem;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * What the tests of this package have in common: quick settings, an actor system, a clock limit.
 */
final class TestAws {
  static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
  static final Duration MIN_BACKOFF = Duration.ofMillis(20);
  static final Duration DELETE_LINGER = Duration.ofMillis(20);
  static final Duration POOL_REST = Duration.ofSeconds(60);
  static final Duration BATCH_LINGER = Duration.ofMillis(50);
  static final Duration MAX_BACKOFF = Duration.ofMillis(200);

  private TestAws() {}

  static AwsSettings settings() {
    return new AwsSettings(
        CALL_TIMEOUT,
        64,
        32,
        1024,
        2048,
        64 << 20,
        DELETE_LINGER,
        BATCH_LINGER,
        MIN_BACKOFF,
        MAX_BACKOFF);
  }

  static ArgusSettings argus() {
    return ArgusSettings.load(Map.of());
  }

  /** One pool, launched without a template. */
  static Ec2Settings ec2(Path script) {
    return ec2("", List.of("t3.small"), List.of(), List.of(Purchase.ON_DEMAND), script);
  }

  static Ec2Settings ec2(
      String launchTemplate,
      List<String> types,
      List<String> subnets,
      List<Purchase> purchases,
      Path script) {
    return new Ec2Settings(
        launchTemplate,
        "$Default",
        types,
        subnets,
        purchases,
        POOL_REST,
        "ami-local",
        "",
        List.of(),
        script);
  }

  static EmbeddedEc2 embeddedEc2(Path directory, Credentials credentials) {
    return EmbeddedEc2.start(
        directory,
        0,
        credentials,
        Map.of("PATH", System.getenv("PATH")),
        Ec2Options.defaults(),
        Clock.systemUTC());
  }

  static AwsClients clients(EmbeddedEc2 ec2, Credentials credentials) {
    return new AwsClients(
        environment(ec2.endpoint(), credentials.accessKeyId(), credentials.secretAccessKey()),
        settings());
  }

  /** User data of a node that writes where its metadata service is to {@code ARGUS_OUT}. */
  static Path nodeThatSaysItsMetadata(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("node.sh"),
        """
        #!/bin/bash
        echo "$AWS_EC2_METADATA_SERVICE_ENDPOINT" > "$ARGUS_OUT.tmp"
        mv "$ARGUS_OUT.tmp" "$ARGUS_OUT"
        exec tail -f /dev/null
        """);
  }

  static ActorSystem system(AwsSettings settings) {
    return ActorSystem.create("aws-test", S3Pool.configure(argus().config(), settings));
  }

  static AwsEnvironment environment(URI endpoint, String accessKeyId, String secret) {
    return new AwsEnvironment(
        Region.US_EAST_1,
        StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)),
        Optional.of(endpoint),
        Optional.of(endpoint),
        Optional.of(endpoint));
  }

  static AwsClients clients(URI endpoint, CallCounter calls) {
    return new AwsClients(environment(endpoint, "any", "any"), settings(), List.of(calls));
  }

  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  static Throwable failureOf(CompletionStage<?> stage) {
    try {
      Object value = stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
      throw new AssertionError("expected a failure, found " + value);
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
