package dev.argus.localaws;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** AWS SDK clients as a program that uses the embedded AWS would make them. */
final class Clients {
  /** Shared, for a group of its own takes two seconds to close. */
  private static final SdkEventLoopGroup THREADS =
      SdkEventLoopGroup.builder().numberOfThreads(2).build();

  private Clients() {}

  static SqsAsyncClient sqs(URI endpoint) {
    return common(SqsAsyncClient.builder(), endpoint, new Credentials("any", "any"))
        .httpClientBuilder(http())
        .build();
  }

  static S3AsyncClient s3(URI endpoint, Credentials credentials) {
    return s3Builder(endpoint, credentials).build();
  }

  /**
   * For conditional puts: it sends a body whole, and its signature covers it.
   *
   * <p>Before any other body S3Proxy looks at the conditions; when they do not hold it closes the
   * connection under a body that it has asked the SDK to send, and the SDK reports a broken
   * connection instead of the 412.
   */
  static S3AsyncClient s3SigningBodies(URI endpoint, Credentials credentials) {
    return s3Builder(endpoint, credentials)
        .serviceConfiguration(c -> c.chunkedEncodingEnabled(false))
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .build();
  }

  private static S3AsyncClientBuilder s3Builder(URI endpoint, Credentials credentials) {
    return common(S3AsyncClient.builder(), endpoint, credentials)
        .httpClientBuilder(http())
        .forcePathStyle(true);
  }

  static Ec2AsyncClient ec2(URI endpoint, Credentials credentials) {
    return common(Ec2AsyncClient.builder(), endpoint, credentials)
        .httpClientBuilder(http())
        .build();
  }

  static Ec2AsyncClient ec2(URI endpoint, Credentials credentials, RetryStrategy retries) {
    return common(Ec2AsyncClient.builder(), endpoint, credentials)
        .httpClientBuilder(http())
        .overrideConfiguration(c -> c.retryStrategy(retries))
        .build();
  }

  private static NettyNioAsyncHttpClient.Builder http() {
    return NettyNioAsyncHttpClient.builder()
        .eventLoopGroup(THREADS)
        .connectionTimeout(Duration.ofSeconds(5));
  }

  private static <B extends AwsClientBuilder<B, ?>> B common(
      B builder, URI endpoint, Credentials credentials) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    credentials.accessKeyId(), credentials.secretAccessKey())));
  }
}
