package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.settings.ConnectionPoolSettings;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

class AwsConfigurationTest {
  @Test
  void aServiceSOwnEndpointGoesBeforeTheCommonOne() {
    System.setProperty("aws.region", "eu-central-1");
    try {
      AwsEnvironment environment =
          AwsEnvironment.from(
              Map.of("AWS_ENDPOINT_URL", "http://all", "AWS_ENDPOINT_URL_S3", "http://s3"));
      assertThat(environment.s3()).contains(URI.create("http://s3"));
      assertThat(environment.sqs()).contains(URI.create("http://all"));
      assertThat(AwsEnvironment.from(Map.of()).ec2()).isEmpty();
      assertThat(environment.region().id()).isEqualTo("eu-central-1");
    } finally {
      System.clearProperty("aws.region");
    }
  }

  @Test
  void anEnvironmentShowsNeitherItsCredentialsNorThePathThatKeepsOthersFromTheEmbeddedSqs() {
    AwsEnvironment environment =
        new AwsEnvironment(
            Region.US_EAST_1,
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAID", "hidden-key")),
            Optional.of(URI.create("http://127.0.0.1:1234/hidden-path")),
            Optional.empty(),
            Optional.empty());
    assertThat(environment.toString())
        .doesNotContain("hidden")
        .doesNotContain("AKIAID")
        .contains("http://127.0.0.1:1234");
  }

  @Test
  void thePoolOfS3ConnectionsHasTheLimitsOfTheSettings() {
    Config config = S3Pool.configure(TestAws.argus().config(), TestAws.argus().aws());
    ActorSystem system = ActorSystem.create("pool-test", config);
    try {
      ConnectionPoolSettings pool = ConnectionPoolSettings.create(system);
      assertThat(pool.getMaxConnections()).isEqualTo(32);
      assertThat(pool.getMaxOpenRequests()).isEqualTo(2048);
      assertThat(pool.getMaxRetries()).isZero();
    } finally {
      system.terminate();
    }
  }

  @Test
  void openRequestsAreAPowerOfTwo() {
    assertThat(S3Pool.powerOfTwo(1)).isEqualTo(1);
    assertThat(S3Pool.powerOfTwo(1024)).isEqualTo(1024);
    assertThat(S3Pool.powerOfTwo(1025)).isEqualTo(2048);
  }

  @Test
  void aSourceTakesNoMoreThanSqsAllows() {
    SqsSourceSettings settings =
        SqsSourceSettings.of(TestAws.settings(), Duration.ofSeconds(20), Duration.ofSeconds(30));
    assertThatThrownBy(() -> settings.withWaitTime(Duration.ofSeconds(21)))
        .hasMessageContaining("SQS allows 0 to PT20S");
    assertThatThrownBy(() -> settings.withVisibilityTimeout(Duration.ofHours(13)))
        .hasMessageContaining("PT12H");
    assertThatThrownBy(() -> settings.withMaxConcurrentReceives(0)).hasMessageContaining("0");
  }
}
