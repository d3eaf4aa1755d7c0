package dev.argus.localaws;

import com.sun.net.httpserver.HttpServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * EC2 in this process: its Query protocol on loopback, its instances processes.
 *
 * <p>An instance boots by running its user data, which must start with {@code #!}, as a process
 * with the given environment and {@code AWS_EC2_METADATA_SERVICE_ENDPOINT}, where a metadata
 * service of its own answers. It is terminated when that process ends; terminating it sends SIGTERM
 * to the process and all it started, and SIGKILL after a grace. Output goes to {@code
 * instances/<instance id>.log}.
 *
 * <p>Because it runs what it is sent, every call must be signed with the given credentials and must
 * not come from a web page.
 *
 * <p>Thread-safe. {@link #close} ends every instance it booted.
 */
public final class EmbeddedEc2 implements AutoCloseable {
  private static final int HTTP_THREADS = 16;
  private static final int MAX_WAITING_CALLS = 256;
  private static final int MACHINE_THREADS = 4;

  private final Instances instances;
  private final Machines machines;
  private final Ec2Faults faults = new Ec2Faults();
  private final ThreadPoolExecutor httpThreads = httpThreads();
  private final ScheduledThreadPoolExecutor machineThreads = machineThreads();
  private final HttpServer server;

  private EmbeddedEc2(
      Path data,
      int port,
      Credentials credentials,
      Map<String, String> environment,
      Ec2Options options,
      Clock clock) {
    Path directory = Machines.prepare(data.resolve("instances"));
    server = HttpServers.bind("The embedded EC2", port);
    instances = new Instances(options, clock);
    machines =
        new Machines(
            directory,
            withEndpoint(environment),
            credentials,
            options,
            instances,
            machineThreads,
            httpThreads,
            clock);
    LaunchTemplates templates = new LaunchTemplates(instances, clock);
    Map<String, Ec2Action> actions =
        Map.of(
            "RunInstances", new RunInstances(instances, templates, machines, faults),
            "DescribeInstances", new DescribeInstances(instances),
            "TerminateInstances", new TerminateInstances(instances, machines, clock),
            "CreateTags", new CreateTags(instances),
            "DescribeTags", new DescribeTags(instances),
            "CreateLaunchTemplate", new CreateLaunchTemplate(templates),
            "CreateLaunchTemplateVersion", new CreateLaunchTemplateVersion(templates),
            "DescribeLaunchTemplates", new DescribeLaunchTemplates(templates),
            "DescribeLaunchTemplateVersions", new DescribeLaunchTemplateVersions(templates),
            "DeleteLaunchTemplate", new DeleteLaunchTemplate(templates));
    SignatureCheck signature = new SignatureCheck(credentials, LocalAccount.REGION, "ec2", clock);
    HttpServers.serve(server, new Ec2Endpoint(signature, faults, actions), httpThreads);
  }

  /**
   * Starts on a port, with no instances.
   *
   * @param data directory for logs; scripts lie there while their instance is up
   * @param port 0 for any free one
   * @param environment the whole environment of instances, but for what EC2 itself adds: {@code
   *     AWS_ENDPOINT_URL_EC2} and {@code AWS_EC2_METADATA_SERVICE_ENDPOINT}
   * @throws LocalAwsException when the port is taken
   */
  public static EmbeddedEc2 start(
      Path data,
      int port,
      Credentials credentials,
      Map<String, String> environment,
      Ec2Options options,
      Clock clock) {
    return new EmbeddedEc2(data, port, credentials, environment, options, clock);
  }

  public URI endpoint() {
    return HttpServers.endpoint(server);
  }

  /** Makes it misbehave. */
  public Ec2Faults faults() {
    return faults;
  }

  /**
   * Shows this very process as a running instance, which no call can terminate.
   *
   * @return its instance id
   */
  public String registerSelf(Map<String, String> tags) {
    Tags.check(tags);
    Launch launch =
        new Launch(
            instances.newId("r-"),
            "ami-local",
            "local.process",
            Optional.empty(),
            new byte[0],
            Map.copyOf(tags),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            false,
            "required",
            1);
    return instances.register(launch).id();
  }

  /**
   * Takes an instance away as spot capacity is: its metadata says so at once, and it is terminated
   * after the notice (two minutes on AWS).
   *
   * @throws IllegalArgumentException when no such instance is up
   */
  public void interrupt(String instanceId, Duration notice) {
    machines.interrupt(instanceId, notice);
  }

  /** The ids of the instances that run their user data, in order of launch. */
  public List<String> up() {
    return machines.up();
  }

  /**
   * The ids of the instances that are there and not terminated, whether they run something or not;
   * {@link #registerSelf} does not count.
   */
  public List<String> instances() {
    return instances.unguarded();
  }

  /**
   * The most instances that were ever there at once and not terminated, from pending to shutting
   * down; {@link #registerSelf} does not count.
   */
  public int mostInstances() {
    return instances.mostUnguarded();
  }

  /**
   * Ends an instance and all its processes at once (SIGKILL), as a power cut would: it has no time
   * to tell anybody.
   *
   * @return false when no such instance is up
   */
  public boolean crash(String instanceId) {
    return machines.crash(instanceId);
  }

  /**
   * Ends all instances, then stops serving; they can still call while they end. Takes at most the
   * grace and some seconds.
   */
  @Override
  public void close() {
    machines.close();
    server.stop(0);
    httpThreads.shutdownNow();
    machineThreads.shutdownNow();
  }

  private Map<String, String> withEndpoint(Map<String, String> environment) {
    Map<String, String> whole = new HashMap<>(environment);
    whole.put("AWS_ENDPOINT_URL_EC2", endpoint().toString());
    return whole;
  }

  private static ThreadPoolExecutor httpThreads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            HTTP_THREADS,
            HTTP_THREADS,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING_CALLS),
            daemons("embedded-ec2-http"));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private static ScheduledThreadPoolExecutor machineThreads() {
    ScheduledThreadPoolExecutor threads =
        new ScheduledThreadPoolExecutor(MACHINE_THREADS, daemons("embedded-ec2-machines"));
    threads.setRemoveOnCancelPolicy(true);
    return threads;
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
