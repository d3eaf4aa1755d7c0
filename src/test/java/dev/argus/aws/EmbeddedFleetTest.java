package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.localaws.Credentials;
import dev.argus.localaws.EmbeddedEc2;
import dev.argus.ports.Fleet.Node;
import dev.argus.ports.Fleet.State;
import dev.argus.ports.LaunchFailedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fleet against the embedded EC2: the life of an instance as {@code argus local} sees it. */
class EmbeddedFleetTest {
  private static ActorSystem system;

  @TempDir Path dir;
  private EmbeddedEc2 ec2;
  private AwsClients clients;
  private Path metadataUrl;
  private Ec2Fleet fleet;

  @BeforeEach
  void start() throws IOException {
    Credentials credentials = Credentials.random();
    ec2 = TestAws.embeddedEc2(dir, credentials);
    clients = TestAws.clients(ec2, credentials);
    metadataUrl = dir.resolve("metadata-url");
    Path script = TestAws.nodeThatSaysItsMetadata(dir);
    fleet =
        new Ec2Fleet(
            () -> clients.ec2(),
            "argus",
            "argus-responses",
            TestAws.ec2(script),
            UserData.of(Map.of("ARGUS_OUT", metadataUrl.toString()), script),
            TestAws.settings(),
            system);
  }

  @BeforeAll
  static void startSystem() {
    system = ActorSystem.create("fleet-test", TestAws.argus().config());
  }

  @AfterAll
  static void stopSystem() {
    system.terminate();
  }

  @AfterEach
  void stop() {
    clients.close();
    ec2.close();
  }

  @Test
  void aNodeComesUpKnowsItselfAndGoes() throws IOException {
    Node launched = TestAws.await(fleet.launch(3, "token"));
    assertThat(TestAws.await(fleet.launch(3, "token")).id()).isEqualTo(launched.id());
    ec2.registerSelf(Map.of("Name", "web-instance", "argus:cluster", "argus"));
    await().until(() -> Files.exists(metadataUrl));
    assertThat(TestAws.await(fleet.nodes()))
        .singleElement()
        .satisfies(
            node -> {
              assertThat(node.id()).isEqualTo(launched.id());
              assertThat(node.number()).isEqualTo(3);
              assertThat(node.state()).isEqualTo(State.RUNNING);
              assertThat(node.reportsTo()).isEqualTo("argus-responses");
            });

    URI endpoint = URI.create(Files.readString(metadataUrl).strip());
    try (InstanceMetadata metadata =
        clients.metadata(Optional.of(endpoint), Duration.ofSeconds(5))) {
      assertThat(TestAws.await(metadata.instanceId())).isEqualTo(launched.id());
      assertThat(TestAws.await(metadata.launchedAt()))
          .isBetween(launched.launchedAt().minusSeconds(1), launched.launchedAt().plusSeconds(1));
    }

    TestAws.await(fleet.terminate(launched.id()));
    await().untilAsserted(() -> assertThat(TestAws.await(fleet.nodes())).isEmpty());
    Node ended = TestAws.await(fleet.launch(3, "token"));
    assertThat(ended.id()).isEqualTo(launched.id());
    assertThat(ended.state()).isEqualTo(State.SHUTTING_DOWN);
  }

  @Test
  void aLaunchWithoutCapacitySaysSoAndTheNextOneWorks() {
    ec2.faults().refuseNextLaunches(1);
    assertThat(TestAws.failureOf(fleet.launch(1, "one")))
        .isInstanceOfSatisfying(
            LaunchFailedException.class,
            e -> assertThat(e.code()).isEqualTo("InsufficientInstanceCapacity"));
    assertThat(TestAws.await(fleet.launch(1, "two")).number()).isEqualTo(1);
  }
}
