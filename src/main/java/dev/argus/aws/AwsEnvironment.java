package dev.argus.aws;

import dev.argus.config.InvalidSettingException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
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

  /** Without the credentials: those given as text would be told. */
  @Override
  public String toString() {
    return "AwsEnvironment[region=%s, credentials=***, sqs=%s, s3=%s, ec2=%s]"
        .formatted(region, sqs.map(AwsEnvironment::origin), s3, ec2);
  }

  /** Without the path: with the embedded SQS it is what keeps others out. */
  private static String origin(URI endpoint) {
    return endpoint.getScheme() + "://" + endpoint.getAuthority();
  }

  /**
   * The SDK's own chains for credentials and region, and the endpoints that {@code
   * AWS_ENDPOINT_URL_SQS}, {@code _S3} and {@code _EC2} name, or {@code AWS_ENDPOINT_URL} for all.
   *
   * @throws InvalidSettingException if nothing says which region
   */
  public static AwsEnvironment from(Map<String, String> environment) {
    return new AwsEnvironment(
        findRegion(),
        new CredentialsChain(DefaultCredentialsProvider.builder().build()),
        endpoint(environment, "SQS"),
        endpoint(environment, "S3"),
        endpoint(environment, "EC2"));
  }

  /** The SDK says it in a page of text, one paragraph for each place where it looked. */
  private static Region findRegion() {
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (SdkClientException e) {
      throw new InvalidSettingException(
          "no AWS region is configured: set AWS_REGION, such as us-east-1, or a region in the profile"
              + " of ~/.aws/config",
          e);
    }
  }

  private static Optional<URI> endpoint(Map<String, String> environment, String service) {
    return Optional.ofNullable(environment.get("AWS_ENDPOINT_URL_" + service))
        .or(() -> Optional.ofNullable(environment.get("AWS_ENDPOINT_URL")))
        .filter(url -> !url.isBlank())
        .map(URI::create);
  }
}
