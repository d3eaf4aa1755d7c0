package dev.argus.aws;

import dev.argus.config.AwsSettings;
import io.netty.util.concurrent.Future;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * The SDK's clients, built in one place: one event loop, the same limits for all.
 *
 * <p>A client is built when it is first asked for, since each costs a node some 100 ms of its
 * start. Safe for use by many threads. Closing ends calls that are under way.
 */
public final class AwsClients implements AutoCloseable {
  // Calls are small and few; the work is done elsewhere.
  private static final int EVENT_LOOP_THREADS = 2;
  // Calls that wait for a connection, for each connection.
  private static final int PENDING_PER_CONNECTION = 32;
  // The longest that SQS holds back an answer: a receive that waits for messages.
  private static final Duration LONGEST_SILENCE = SqsSourceSettings.MAX_WAIT;

  private final AwsEnvironment environment;
  private final AwsSettings settings;
  private final List<ExecutionInterceptor> interceptors;
  private final SdkEventLoopGroup eventLoop;
  private final Lazy<SdkAsyncHttpClient> http = new Lazy<>(this::buildHttp);
  private final Lazy<SqsAsyncClient> sqs = new Lazy<>(this::buildSqs);
  private final Lazy<Ec2AsyncClient> ec2 = new Lazy<>(this::buildEc2);
  private final Lazy<S3AsyncClient> s3 = new Lazy<>(this::buildS3);

  public AwsClients(AwsEnvironment environment, AwsSettings settings) {
    this(environment, settings, List.of());
  }

  /**
   * @param interceptors see every call of every client
   */
  public AwsClients(
      AwsEnvironment environment, AwsSettings settings, List<ExecutionInterceptor> interceptors) {
    this.environment = environment;
    this.settings = settings;
    this.interceptors = List.copyOf(interceptors);
    this.eventLoop = SdkEventLoopGroup.builder().numberOfThreads(EVENT_LOOP_THREADS).build();
  }

  public SqsAsyncClient sqs() {
    return sqs.get();
  }

  /** Without retries of its own: {@link Ec2Fleet} knows which calls may be made again. */
  public Ec2AsyncClient ec2() {
    return ec2.get();
  }

  /**
   * For listings and lifecycles only: {@link S3ObjectStore} reads and writes through Pekko
   * Connectors.
   */
  public S3AsyncClient s3() {
    return s3.get();
  }

  /**
   * What this machine knows of itself; to be closed before these clients.
   *
   * @param timeout of one question
   */
  public InstanceMetadata metadata(Duration timeout) {
    return metadata(Optional.empty(), timeout);
  }

  InstanceMetadata metadata(Optional<URI> endpoint, Duration timeout) {
    return new InstanceMetadata(endpoint, timeout, http.get());
  }

  @Override
  public void close() {
    sqs.ifBuilt(SqsAsyncClient::close);
    ec2.ifBuilt(Ec2AsyncClient::close);
    s3.ifBuilt(S3AsyncClient::close);
    http.ifBuilt(SdkAsyncHttpClient::close);
    Future<?> done =
        eventLoop
            .eventLoopGroup()
            .shutdownGracefully(0, settings.callTimeout().toMillis(), TimeUnit.MILLISECONDS);
    done.awaitUninterruptibly(settings.callTimeout().toMillis());
  }

  private SdkAsyncHttpClient buildHttp() {
    return NettyNioAsyncHttpClient.builder()
        .eventLoopGroup(eventLoop)
        .maxConcurrency(settings.maxConnections())
        .maxPendingConnectionAcquires(settings.maxConnections() * PENDING_PER_CONNECTION)
        .connectionAcquisitionTimeout(settings.callTimeout())
        .connectionTimeout(settings.callTimeout())
        .readTimeout(LONGEST_SILENCE.plus(settings.callTimeout()))
        .writeTimeout(settings.callTimeout())
        .build();
  }

  private SqsAsyncClient buildSqs() {
    return configured(SqsAsyncClient.builder().httpClient(http.get()), environment.sqs()).build();
  }

  private Ec2AsyncClient buildEc2() {
    return configured(Ec2AsyncClient.builder().httpClient(http.get()), environment.ec2())
        .overrideConfiguration(overrides(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  private S3AsyncClient buildS3() {
    return configured(S3AsyncClient.builder().httpClient(http.get()), environment.s3())
        .forcePathStyle(environment.s3().isPresent())
        .build();
  }

  private <B extends AwsClientBuilder<B, ?>> B configured(B builder, Optional<URI> endpoint) {
    endpoint.ifPresent(builder::endpointOverride);
    return builder
        .region(environment.region())
        .credentialsProvider(environment.credentials())
        .overrideConfiguration(overrides(AwsRetryStrategy.standardRetryStrategy()));
  }

  private ClientOverrideConfiguration overrides(RetryStrategy retryStrategy) {
    var overrides =
        ClientOverrideConfiguration.builder()
            .apiCallTimeout(settings.callTimeout())
            .retryStrategy(retryStrategy);
    interceptors.forEach(overrides::addExecutionInterceptor);
    return overrides.build();
  }
}
