package dev.argus.endtoend;

import static org.awaitility.Awaitility.await;

import dev.argus.aws.AwsClients;
import dev.argus.aws.AwsEnvironment;
import dev.argus.config.ArgusSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;

/**
 * {@code scripts/argus local} as a process, on a free port, seen from outside as a user sees it.
 */
public final class LocalArgus implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("Argus is ready at (http://\\S+)");
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(30);

  private final Process process;
  private final Path data;
  private final URI url;
  private final AwsClients clients;

  /** Starts Argus as it was packaged, and waits until it is ready. */
  LocalArgus(Path data, int maxWorkers) throws IOException {
    this(data, maxWorkers, Map.of());
  }

  /**
   * @param settings environment variables that override settings
   */
  public LocalArgus(Path data, int maxWorkers, Map<String, String> settings) throws IOException {
    this.data = data;
    Path out = data.resolveSibling(data.getFileName() + ".out");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of("scripts/argus").toAbsolutePath().toString(),
            "local",
            "--port",
            "0",
            "--data",
            data.toString(),
            "--max-workers",
            Integer.toString(maxWorkers));
    builder.environment().putAll(settings);
    builder.environment().put("ARGUS_BUILD", "never");
    builder.environment().put("ARGUS_JAR", Path.of("target/argus.jar").toAbsolutePath().toString());
    builder.redirectOutput(out.toFile());
    builder.redirectError(data.resolveSibling(data.getFileName() + ".err").toFile());
    process = builder.start();
    await().atMost(START).until(() -> readyAt(out).isPresent() || !process.isAlive());
    url =
        readyAt(out)
            .orElseThrow(() -> new AssertionError("argus local ended with " + process.exitValue()));
    clients = new AwsClients(environment(), ArgusSettings.load(Map.of()).aws());
  }

  private static Optional<URI> readyAt(Path out) throws IOException {
    Matcher matcher = READY.matcher(Files.readString(out));
    return matcher.find() ? Optional.of(URI.create(matcher.group(1))) : Optional.empty();
  }

  public URI url() {
    return url;
  }

  AwsClients clients() {
    return clients;
  }

  /** The variables of {@code aws.env}. */
  private Map<String, String> variables() throws IOException {
    Map<String, String> variables = new HashMap<>();
    Pattern line = Pattern.compile("export (\\w+)='?([^']*)'?");
    for (String text : Files.readAllLines(data.resolve("aws.env"))) {
      Matcher matcher = line.matcher(text);
      if (matcher.matches()) {
        variables.put(matcher.group(1), matcher.group(2));
      }
    }
    return variables;
  }

  AwsEnvironment environment() throws IOException {
    Map<String, String> v = variables();
    return new AwsEnvironment(
        Region.of(v.get("AWS_REGION")),
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(v.get("AWS_ACCESS_KEY_ID"), v.get("AWS_SECRET_ACCESS_KEY"))),
        Optional.of(URI.create(v.get("AWS_ENDPOINT_URL_SQS"))),
        Optional.of(URI.create(v.get("AWS_ENDPOINT_URL_S3"))),
        Optional.of(URI.create(v.get("AWS_ENDPOINT_URL_EC2"))));
  }

  /** The app nodes that EC2 shows as pending or running. */
  public List<Instance> appNodes() {
    return clients
        .ec2()
        .describeInstances(
            request ->
                request.filters(
                    Filter.builder().name("tag:Name").values("app-tier-instance-*").build(),
                    Filter.builder()
                        .name("instance-state-name")
                        .values("pending", "running")
                        .build()))
        .join()
        .reservations()
        .stream()
        .flatMap(reservation -> reservation.instances().stream())
        .toList();
  }

  /** The processes of app nodes on this data directory. */
  public List<ProcessHandle> appNodeProcesses() {
    List<ProcessHandle> nodes = new ArrayList<>();
    process
        .toHandle()
        .descendants()
        .filter(
            p ->
                p.info()
                    .commandLine()
                    .map(line -> line.contains("dev.argus.cli.Main worker"))
                    .orElse(false))
        .forEach(nodes::add);
    return nodes;
  }

  /** kill -9 of the web tier and all embedded services; app nodes are left without a queue. */
  void crash() {
    process.destroyForcibly();
    await().atMost(STOP).until(() -> !process.isAlive());
  }

  @Override
  public void close() throws InterruptedException {
    clients.close();
    process.destroy();
    if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("argus local did not stop within " + STOP);
    }
  }
}
