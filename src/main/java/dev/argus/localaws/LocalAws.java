package dev.argus.localaws;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SQS, S3 and EC2 in this process, on one data directory.
 *
 * <p>Queues, messages and objects outlive it; instances do not. Every run has credentials and ports
 * of its own, so clients find queues by name, and {@code aws.env} in the directory tells a shell
 * how to reach this run while it lasts.
 */
public final class LocalAws implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LocalAws.class);

  private static final String S3 = "s3";

  private static final String AWS_ENV = "aws.env";

  private final Path data;
  private final Clock clock;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Credentials credentials = Credentials.random();
  private final EmbeddedSqs sqs;
  private final EmbeddedS3 s3;
  private final EmbeddedEc2 ec2;

  private LocalAws(
      Path data, Map<String, String> instanceEnvironment, Ec2Options options, Clock clock) {
    this.data = data;
    this.clock = clock;
    try {
      parts.push(DirectoryLock.acquire(data));
      CompletableFuture<EmbeddedS3> startingS3 =
          CompletableFuture.supplyAsync(() -> EmbeddedS3.start(data.resolve(S3), 0, credentials));
      try {
        sqs = EmbeddedSqs.start(Optional.of(data.resolve("sqs")), 0, credentials);
        parts.push(sqs);
      } finally {
        s3 = startingS3.join();
        parts.push(s3);
      }
      Map<String, String> whole = new HashMap<>(instanceEnvironment);
      whole.putAll(withoutEc2());
      ec2 = EmbeddedEc2.start(data, 0, credentials, whole, options, clock);
      parts.push(ec2);
      parts.push(EnvironmentFile.write(data.resolve(AWS_ENV), environment()));
    } catch (RuntimeException e) {
      close();
      throw e instanceof CompletionException && e.getCause() instanceof RuntimeException cause
          ? cause
          : e;
    }
  }

  /**
   * Starts all three; they answer when this returns.
   *
   * @param instanceEnvironment what instances have in their environment beside {@link #environment}
   * @throws LocalAwsException when another run uses the directory, or something cannot start
   */
  public static LocalAws start(
      Path data, Map<String, String> instanceEnvironment, Ec2Options options, Clock clock) {
    return new LocalAws(data, instanceEnvironment, options, clock);
  }

  /** The {@link #environment} of the run that uses a directory now; empty if none does. */
  public static Optional<Map<String, String>> environmentIn(Path data) {
    return EnvironmentFile.read(data.resolve(AWS_ENV));
  }

  /** Removes expired objects from S3 from now on, as its lifecycle would on AWS. */
  public void expire(List<Expiry> rules, Duration interval) {
    parts.push(ExpiredObjects.removeEvery(interval, data.resolve(S3), rules, clock));
  }

  public URI sqsEndpoint() {
    return sqs.endpoint();
  }

  public URI s3Endpoint() {
    return s3.endpoint();
  }

  public EmbeddedEc2 ec2() {
    return ec2;
  }

  public Credentials credentials() {
    return credentials;
  }

  /**
   * The environment variables with which AWS clients use this run; SDKs, boto3 and the AWS CLI know
   * them.
   */
  public Map<String, String> environment() {
    Map<String, String> variables = new HashMap<>(withoutEc2());
    variables.put("AWS_ENDPOINT_URL_EC2", ec2.endpoint().toString());
    return Map.copyOf(variables);
  }

  /**
   * Ends all instances while SQS and S3 still serve them, then the rest. Takes at most the grace of
   * {@link Ec2Options} and some seconds.
   */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        log.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
      }
    }
  }

  private Map<String, String> withoutEc2() {
    return Map.of(
        "AWS_ACCESS_KEY_ID", credentials.accessKeyId(),
        "AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey(),
        "AWS_REGION", LocalAccount.REGION,
        "AWS_DEFAULT_REGION", LocalAccount.REGION,
        "AWS_ENDPOINT_URL_SQS", sqs.endpoint().toString(),
        "AWS_ENDPOINT_URL_S3", s3.endpoint().toString());
  }
}
