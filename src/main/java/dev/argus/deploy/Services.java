package dev.argus.deploy;

import dev.argus.aws.AwsEnvironment;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.servicequotas.ServiceQuotasClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The services that a deployment calls, one call after the other: blocking clients, each built when
 * it is first asked for.
 *
 * <p>Endpoints are those of the SDK: {@code AWS_ENDPOINT_URL_} with the name of a {@link Service},
 * else {@code AWS_ENDPOINT_URL}, else AWS itself. Open to tests, which put their own clients in
 * place.
 */
public class Services implements AutoCloseable {
  /** A call that takes longer is broken, retries included; an upload has a limit of its own. */
  private static final Duration CALL_TIMEOUT = Duration.ofMinutes(2);

  /** What is called, named as in the SDK's variables for endpoints. */
  enum Service {
    AUTO_SCALING,
    CLOUDFORMATION,
    EC2,
    IAM,
    S3,
    SERVICE_QUOTAS,
    SQS,
    SSM,
    STS
  }

  private final AwsEnvironment environment;
  private final Map<String, String> variables;
  private final SdkHttpClient http = ApacheHttpClient.builder().build();
  private final Map<Service, SdkAutoCloseable> clients = new ConcurrentHashMap<>();

  /**
   * @param variables the environment variables that name endpoints
   */
  public Services(AwsEnvironment environment, Map<String, String> variables) {
    this.environment = environment;
    this.variables = Map.copyOf(variables);
  }

  /** Where all this is. */
  Region region() {
    return environment.region();
  }

  AwsEnvironment environment() {
    return environment;
  }

  /** Whether a variable names an endpoint. */
  boolean isSet(String variable) {
    return variable(variable).isPresent();
  }

  /**
   * Why a service must not be asked: where SQS, S3 or EC2 are not those of AWS, as with {@code
   * argus local}, the real ones of AWS know nothing of the cluster, nor its credentials.
   */
  Optional<String> absent(Service service) {
    if (endpoint(service).isPresent() || onAws()) {
      return Optional.empty();
    }
    return Optional.of(
        "there is no "
            + service.name().toLowerCase(Locale.ROOT).replace('_', ' ')
            + " here: another endpoint than that of AWS is set for SQS, S3 or EC2, and none for it");
  }

  /** Whether SQS, S3 and EC2 are those of AWS. */
  boolean onAws() {
    return isAws(Service.SQS) && isAws(Service.S3) && isAws(Service.EC2);
  }

  /** Whether a service is that of AWS, perhaps by an endpoint in one's own network. */
  boolean isAws(Service service) {
    return endpoint(service).map(URI::getHost).map(Services::isHostOfAws).orElse(true);
  }

  private static boolean isHostOfAws(String host) {
    return host.endsWith(".amazonaws.com")
        || host.endsWith(".amazonaws.com.cn")
        || host.endsWith(".api.aws");
  }

  AutoScalingClient autoScaling() {
    return client(Service.AUTO_SCALING, AutoScalingClient.class, AutoScalingClient::builder);
  }

  CloudFormationClient cloudFormation() {
    return client(
        Service.CLOUDFORMATION, CloudFormationClient.class, CloudFormationClient::builder);
  }

  Ec2Client ec2() {
    return client(Service.EC2, Ec2Client.class, Ec2Client::builder);
  }

  IamClient iam() {
    return client(Service.IAM, IamClient.class, IamClient::builder);
  }

  S3Client s3() {
    return client(
        Service.S3,
        S3Client.class,
        () -> S3Client.builder().forcePathStyle(endpoint(Service.S3).isPresent()));
  }

  ServiceQuotasClient quotas() {
    return client(Service.SERVICE_QUOTAS, ServiceQuotasClient.class, ServiceQuotasClient::builder);
  }

  SqsClient sqs() {
    return client(Service.SQS, SqsClient.class, SqsClient::builder);
  }

  SsmClient ssm() {
    return client(Service.SSM, SsmClient.class, SsmClient::builder);
  }

  StsClient sts() {
    return client(Service.STS, StsClient.class, StsClient::builder);
  }

  private Optional<URI> endpoint(Service service) {
    Optional<URI> known =
        switch (service) {
          case SQS -> environment.sqs();
          case S3 -> environment.s3();
          case EC2 -> environment.ec2();
          default -> Optional.empty();
        };
    return known
        .or(() -> variable("AWS_ENDPOINT_URL_" + service))
        .or(() -> variable("AWS_ENDPOINT_URL"));
  }

  private Optional<URI> variable(String name) {
    return Optional.ofNullable(variables.get(name))
        .filter(text -> !text.isBlank())
        .map(URI::create);
  }

  private <
          C extends SdkAutoCloseable, B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>>
      C client(Service service, Class<C> type, Supplier<B> builder) {
    return type.cast(
        clients.computeIfAbsent(
            service,
            s -> {
              B configured =
                  builder
                      .get()
                      .httpClient(http)
                      .region(regionOf(service))
                      .credentialsProvider(environment.credentials())
                      .overrideConfiguration(o -> o.apiCallTimeout(CALL_TIMEOUT));
              endpoint(service).ifPresent(configured::endpointOverride);
              return configured.build();
            }));
  }

  /** IAM is one for all regions of a partition. */
  private Region regionOf(Service service) {
    boolean global = service == Service.IAM && environment.region().metadata() != null;
    return global && environment.region().metadata().partition().id().equals("aws")
        ? Region.AWS_GLOBAL
        : environment.region();
  }

  @Override
  public void close() {
    clients.values().forEach(SdkAutoCloseable::close);
    http.close();
  }
}
