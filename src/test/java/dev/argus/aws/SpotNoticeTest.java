package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.config.ArgusSettings;
import dev.argus.config.Purchase;
import dev.argus.localaws.Credentials;
import dev.argus.localaws.EmbeddedEc2;
import dev.argus.ports.Fleet.Node;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.PhotoId;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.ScriptedClassifier;
import dev.argus.worker.LeaderQueue;
import dev.argus.worker.Leave;
import dev.argus.worker.NodeReports;
import dev.argus.worker.WorkerNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A spot notice on its way: from EC2 by the metadata service, over HTTP, to a node at work. */
class SpotNoticeTest {
  private final InstantSource clock = InstantSource.system();
  private final InMemoryQueue requests = new InMemoryQueue(clock);
  private final ActorTestKit kit = ActorTestKit.create(TestAws.argus().config());

  @TempDir Path dir;
  private EmbeddedEc2 ec2;
  private AwsClients clients;

  @BeforeEach
  void start() {
    Credentials credentials = Credentials.random();
    ec2 = TestAws.embeddedEc2(dir, credentials);
    clients = TestAws.clients(ec2, credentials);
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
    clients.close();
    ec2.close();
  }

  @Test
  void theNodeLeavesInTimeAndGivesBackWhatItCannotFinish() throws Exception {
    Path url = dir.resolve("metadata-url");
    Path script = TestAws.nodeThatSaysItsMetadata(dir);
    Ec2Fleet fleet =
        new Ec2Fleet(
            () -> clients.ec2(),
            "argus",
            "argus-responses",
            TestAws.ec2("", List.of("t3.small"), List.of(), List.of(Purchase.SPOT), script),
            UserData.of(Map.of("ARGUS_OUT", url.toString()), script),
            TestAws.settings(),
            kit.system().classicSystem());
    Node instance = TestAws.await(fleet.launch(1, "token"));
    await().until(() -> Files.exists(url));
    try (InstanceMetadata metadata =
        clients.metadata(
            Optional.of(URI.create(Files.readString(url).strip())), Duration.ofSeconds(5))) {
      AtomicInteger atWork = new AtomicInteger();
      WorkerNode node = node(instance.id(), fleet, metadata, atWork);
      requests.send(Codec.encode(request()));
      await().until(() -> atWork.get() == 1);
      assertThat(node.leave().toCompletableFuture()).isNotDone();

      Instant taken = Instant.now().plusSeconds(120);
      ec2.interrupt(instance.id(), Duration.ofSeconds(120));

      Leave leave = node.leave().toCompletableFuture().get(20, TimeUnit.SECONDS);
      assertThat(leave.reason()).isEqualTo(Leave.Reason.INTERRUPTED);
      assertThat(leave.by().orElseThrow()).isBetween(taken.minusSeconds(5), taken.plusSeconds(20));
      node.drain(leave).toCompletableFuture().get(20, TimeUnit.SECONDS);
      assertThat(TestAws.await(requests.counts()).visible()).isEqualTo(1);
    }
  }

  private WorkerNode node(
      String id, Ec2Fleet fleet, InstanceMetadata metadata, AtomicInteger atWork) {
    InMemoryQueue responses = new InMemoryQueue(clock);
    return WorkerNode.start(
        kit.system(),
        ArgusSettings.load(
                Map.of(
                    "ARGUS_WORKER_RECEIVE_WAIT", "100ms",
                    "ARGUS_WORKER_DRAIN_TIMEOUT", "200ms",
                    "ARGUS_WORKER_INTERRUPTION_INTERVAL", "100ms"))
            .worker(),
        new WorkerNode.Dependencies(
            new NodeReports(
                id,
                Optional.empty(),
                1,
                new LeaderQueue(new InMemoryObjectStore(), name -> responses, responses),
                clock),
            requests,
            new InMemoryQueue(clock),
            name -> responses,
            new InMemoryObjectStore(),
            fleet,
            new ScriptedClassifier(
                photo -> {
                  atWork.incrementAndGet();
                  return new CompletableFuture<>();
                }),
            metadata::spotInterruption,
            clock));
  }

  private ClassifyRequest request() {
    return new ClassifyRequest(
        PhotoId.random(),
        "cat.jpg",
        "image/jpeg",
        "replies",
        clock.instant().plusSeconds(300),
        Optional.empty(),
        new ClassifyRequest.Inline(ByteString.fromString("cat")));
  }
}
