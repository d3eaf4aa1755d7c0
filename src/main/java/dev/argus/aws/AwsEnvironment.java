package dev.argus.aws;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Which AWS is called, and as whom.
 *
 * @param region looked up once: the chain reads files and may ask the metadata service
 * @param sqs an endpoint in place of AWS's own
 * @param s3 likewise; buckets are then named in the path, not in the host
 * @param ec2 likewise
 */
public record AwsEnvironment(
    Region region,
    AwsCredentialsProvider credentials,
    Optional<URI> sqs,
    Optional<URI> s3,
    Optional<URI> ec2) {

  /**
   * The SDK's own chains for credentials and region, and the endpoints that {@code
   * AWS_ENDPOINT_URL_SQS}, {@code _S3} and {@code _EC2} name, or {@code AWS_ENDPOINT_URL} for all.
   */
  public static AwsEnvironment from(Map<String, String> environment) {
    return new AwsEnvironment(
        DefaultAwsRegionProviderChain.builder().build().getRegion(),
        DefaultCredentialsProvider.builder().build(),
        endpoint(environment, "SQS"),
        endpoint(environment, "S3"),
        endpoint(environment, "EC2"));
  }

  private static Optional<URI> endpoint(Map<String, String> environment, String service) {
    return Optional.ofNullable(environment.get("AWS_ENDPOINT_URL_" + service))
        .or(() -> Optional.ofNullable(environment.get("AWS_ENDPOINT_URL")))
        .filter(url -> !url.isBlank())
        .map(URI::create);
  }
}
