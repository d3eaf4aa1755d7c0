package dev.argus.chaos;

import dev.argus.aws.Ec2Fleet;
import dev.argus.chaos.Fault.Service;
import dev.argus.config.ArgusSettings;
import dev.argus.config.InvalidSettingException;
import dev.argus.localaws.Credentials;
import dev.argus.localaws.Ec2Options;
import dev.argus.localaws.EmbeddedEc2;
import dev.argus.localaws.EmbeddedSqs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system under test: SQS, S3, the web node and every app node are processes of their own; EC2
 * is in this process, and so are the two proxies through which all others reach SQS and S3.
 */
final class Cluster implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Cluster.class);

  /** As in {@code argus local}: app nodes judge by attempts of their own. */
  private static final int REDRIVE_AFTER_RECEIVES = 1000;

  /** More instances than are allowed, so that it would be seen if there were. */
  private static final int SPARE_INSTANCES = 8;

  private static final int MAX_LOGS = 5_000;
  private static final String HEAP = "384m";

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final String run;
  private final Map<Service, ServerProcess> services;
  private final Map<Service, FaultProxy> proxies;
  private final Backend backend;
  private final EmbeddedEc2 ec2;
  private final ServerProcess web;
  private final URI url;
  private final CountDownLatch calm = new CountDownLatch(1);
  private final List<String> unclean = new ArrayList<>();

  /**
   * Starts everything; returns when photos can be sent.
   *
   * @param run a word that is on the command line of every process of this run
   * @param inherited what every process has in its environment
   */
  Cluster(ChaosSettings chaos, ArgusSettings settings, String run, Map<String, String> inherited)
      throws Exception {
    this.run = run;
    Credentials credentials = Credentials.random();
    Map<String, String> environment = new HashMap<>(inherited);
    // What lives for seconds never earns back what the optimising compiler costs.
    environment.put("JAVA_OPTS", marker() + " -XX:TieredStopAtLevel=1");
    environment.put("ARGUS_HEAP", HEAP);
    environment.put("AWS_ACCESS_KEY_ID", credentials.accessKeyId());
    environment.put("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey());
    environment.put("AWS_REGION", Backend.REGION);
    try {
      requireEmpty(Files.createDirectories(chaos.data()));
      int sqsPort = FreePort.find();
      int s3Port = FreePort.find();
      URI sqs = EmbeddedSqs.endpointAt(sqsPort, credentials);
      URI s3 = loopback(s3Port);
      services =
          Map.of(
              Service.SQS, service("sqs", sqsPort, chaos.data(), environment),
              Service.S3, service("s3", s3Port, chaos.data(), environment));
      services.values().forEach(parts::push);
      services.get(Service.SQS).start();
      services.get(Service.S3).start();
      backend = new Backend(settings, credentials, sqs, s3);
      parts.push(backend);
      backend.createQueuesAndBuckets(REDRIVE_AFTER_RECEIVES);
      proxies =
          Map.of(
              Service.SQS, FaultProxy.start(backend.system(), sqs),
              Service.S3, FaultProxy.start(backend.system(), s3));
      proxies.values().forEach(parts::push);
      environment.put("AWS_ENDPOINT_URL_SQS", proxies.get(Service.SQS).endpoint().toString());
      environment.put("AWS_ENDPOINT_URL_S3", proxies.get(Service.S3).endpoint().toString());
      ec2 =
          EmbeddedEc2.start(
              chaos.data(),
              0,
              credentials,
              environment,
              Ec2Options.defaults()
                  .withMaxInstances(chaos.maxWorkers() + SPARE_INSTANCES)
                  .withMaxLogs(MAX_LOGS),
              Clock.systemUTC());
      parts.push(ec2);
      ec2.registerSelf(
          Map.of("Name", "web-instance", Ec2Fleet.CLUSTER_TAG, settings.names().prefix()));
      int webPort = FreePort.find();
      url = loopback(webPort);
      environment.put("AWS_ENDPOINT_URL_EC2", ec2.endpoint().toString());
      environment.put("ARGUS_WEB_PORT", Integer.toString(webPort));
      environment.put("ARGUS_SCALING_MAX_WORKERS", Integer.toString(chaos.maxWorkers()));
      web = process("web", List.of("web"), chaos.data(), environment, webPort);
      parts.push(web);
      web.start();
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /** Where photos are sent. */
  URI url() {
    return url;
  }

  Backend backend() {
    return backend;
  }

  /**
   * Does harm; returns when it is over, which takes as long as the fault says and its victims need
   * to start again.
   *
   * @param seed of what is left to chance
   * @return false if nothing was harmed by it
   */
  boolean suffer(Fault fault, long seed) throws InterruptedException {
    if (fault instanceof Fault.KillNode kill) {
      return crash(kill.pick());
    }
    if (fault instanceof Fault.SpotNotice spot) {
      return pick(spot.pick()).map(id -> interrupt(id, spot.notice())).orElse(false);
    }
    if (fault instanceof Fault.KillWeb) {
      web.kill();
      web.start();
    } else if (fault instanceof Fault.StopService stop) {
      services.get(stop.service()).kill();
      calm.await(stop.outage().toMillis(), TimeUnit.MILLISECONDS);
      services.get(stop.service()).start();
    } else if (fault instanceof Fault.DisturbCalls disturb) {
      FaultProxy proxy = proxies.get(disturb.service());
      long treated = proxy.treated();
      proxy.misbehave(disturb.how().seeded(seed));
      calm.await(disturb.time().toMillis(), TimeUnit.MILLISECONDS);
      proxy.behave();
      return proxy.treated() > treated;
    } else if (fault instanceof Fault.DisturbEc2 disturb) {
      int hits = ec2.faults().hits();
      disturb.how().begin(ec2.faults(), disturb.degree());
      calm.await(disturb.time().toMillis(), TimeUnit.MILLISECONDS);
      ec2.faults().reset();
      return ec2.faults().hits() > hits;
    }
    return true;
  }

  /** Ends all faults that last: from now on everything works. */
  void calm() {
    calm.countDown();
    ec2.faults().reset();
  }

  /** The app nodes that are up. */
  List<String> nodes() {
    return ec2.up();
  }

  /**
   * The app nodes that there are, from pending to shutting down, whether they do anything or not.
   */
  List<String> instances() {
    return ec2.instances();
  }

  /** The most app nodes that ever were at once, from pending to shutting down. */
  int mostNodes() {
    return ec2.mostInstances();
  }

  /** Whatever runs with this run's word on its command line. */
  List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(marker()))
        .toList();
  }

  /** Stops everything in order: app nodes, the web node, then what they need. */
  @Override
  public void close() {
    calm.countDown();
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        log.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
        unclean.add(part.getClass().getSimpleName() + " did not stop cleanly: " + e.getMessage());
      }
    }
  }

  /** What {@link #close} could not stop in order, in words. */
  List<String> unclean() {
    return List.copyOf(unclean);
  }

  /** What another run has left would be judged as if this one had made it. */
  private static void requireEmpty(Path data) throws IOException {
    try (Stream<Path> files = Files.list(data)) {
      if (files.findAny().isPresent()) {
        throw new InvalidSettingException(
            "chaos: --data must be a folder that is new or empty, found files in " + data);
      }
    }
  }

  /** Any machine that is there, one that does nothing too; it may also be ending by itself. */
  private boolean crash(int pick) {
    List<String> there = instances();
    return IntStream.range(0, there.size())
        .mapToObj(i -> there.get((pick + i) % there.size()))
        .anyMatch(ec2::crash);
  }

  private Optional<String> pick(int pick) {
    List<String> up = nodes();
    return up.isEmpty() ? Optional.empty() : Optional.of(up.get(pick % up.size()));
  }

  private boolean interrupt(String id, Duration notice) {
    try {
      ec2.interrupt(id, notice);
      return true;
    } catch (IllegalArgumentException e) {
      return false; // it went by itself in between
    }
  }

  private String marker() {
    return "-Dargus.chaos=" + run;
  }

  private static ServerProcess service(
      String name, int port, Path data, Map<String, String> environment) {
    return process(
        name,
        List.of(
            "embedded",
            name.toUpperCase(Locale.ROOT),
            "--data",
            data.toString(),
            "--port",
            Integer.toString(port)),
        data,
        environment,
        port);
  }

  private static ServerProcess process(
      String name, List<String> arguments, Path data, Map<String, String> environment, int port) {
    List<String> command = new ArrayList<>();
    command.add(
        Path.of(environment.getOrDefault("ARGUS_HOME", "."), "scripts", "argus").toString());
    command.addAll(arguments);
    return new ServerProcess(name, command, environment, data.resolve(name + ".log"), port);
  }

  private static URI loopback(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }
}
