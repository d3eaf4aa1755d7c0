package dev.argus.localaws;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;

/** An embedded EC2 with a client of the AWS SDK. */
final class Ec2Fixture implements AutoCloseable {
  /** A program that stays until it is told to leave. */
  static final String STAYS = "#!/bin/sh\nexec sleep 600\n";

  static final Duration GRACE = Duration.ofSeconds(2);

  final Path data;
  final Credentials credentials = Credentials.random();
  final EmbeddedEc2 ec2;
  final Ec2AsyncClient client;

  Ec2Fixture(Path data) {
    this(data, Ec2Options.defaults().withStopGrace(GRACE), Map.of(), Clock.systemUTC());
  }

  Ec2Fixture(Path data, Ec2Options options, Map<String, String> environment, Clock clock) {
    this.data = data;
    Map<String, String> whole = new HashMap<>(environment);
    whole.put("PATH", System.getenv("PATH"));
    ec2 = EmbeddedEc2.start(data, 0, credentials, whole, options, clock);
    client = Clients.ec2(ec2.endpoint(), credentials);
  }

  Instance run(String script) {
    return run(script, b -> {});
  }

  Instance run(String script, Consumer<RunInstancesRequest.Builder> more) {
    return client
        .runInstances(
            b -> {
              b.imageId("ami-argus").instanceType("t3.small").minCount(1).maxCount(1);
              b.userData(
                  Base64.getEncoder().encodeToString(script.getBytes(StandardCharsets.UTF_8)));
              more.accept(b);
            })
        .join()
        .instances()
        .get(0);
  }

  static Consumer<RunInstancesRequest.Builder> named(String name) {
    return b ->
        b.tagSpecifications(
            s -> s.resourceType(ResourceType.INSTANCE).tags(t -> t.key("Name").value(name)));
  }

  Instance describe(String id) {
    return client
        .describeInstances(b -> b.instanceIds(id))
        .join()
        .reservations()
        .get(0)
        .instances()
        .get(0);
  }

  List<Instance> all() {
    return client.describeInstances().join().reservations().stream()
        .flatMap(r -> r.instances().stream())
        .toList();
  }

  Instance awaitState(String id, InstanceStateName state) {
    return await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(15))
        .until(() -> describe(id), i -> i.state().name() == state);
  }

  void terminate(String id) {
    client.terminateInstances(b -> b.instanceIds(id)).join();
  }

  /** What an instance has printed. */
  String log(String id) {
    Path file = data.resolve("instances").resolve(id + ".log");
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String awaitLog(String id, String text) {
    return await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(15))
        .until(() -> log(id), l -> l.contains(text));
  }

  /** The EC2 error code with which a call fails. */
  static String errorOf(Runnable call) {
    try {
      call.run();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Ec2Exception refusal) {
        return refusal.awsErrorDetails().errorCode();
      }
      throw e;
    }
    return Assertions.fail("Expected EC2 to refuse, but it did not");
  }

  @Override
  public void close() {
    client.close();
    ec2.close();
  }
}
