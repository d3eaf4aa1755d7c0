package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.config.Purchase;
import dev.argus.config.ScalingSettings;
import dev.argus.localaws.Credentials;
import dev.argus.localaws.EmbeddedEc2;
import dev.argus.ports.Fleet;
import dev.argus.protocol.NotedLaunch;
import dev.argus.scaling.DecisionLog;
import dev.argus.scaling.Forecast;
import dev.argus.scaling.ScalerActor.Surroundings;
import dev.argus.scaling.ScalingPolicy;
import dev.argus.scaling.Term;
import dev.argus.scaling.TermActor;
import dev.argus.scaling.TermActor.Command;
import dev.argus.simulation.CountedQueue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceLifecycleType;

/**
 * The controller against an EC2 that has nothing to give, throttles, forgets and breaks its
 * machines: over the wire, from a launch template, with two types in two subnets as spot and on
 * demand.
 */
class LaunchTroubleTest {
  private static final Duration UNKNOWN_FOR = Duration.ofSeconds(5);
  // Nothing here ever reports, so this is how long each state of a launch can be seen.
  private static final Duration SHORT_BOOT = Duration.ofSeconds(6);
  private static final Duration LONG_BOOT = Duration.ofMinutes(5);

  private final ActorTestKit kit = ActorTestKit.create(TestAws.argus().config());
  private final Random random = new Random(1); // one for all: runs differ in their tokens
  private final CountedQueue queue = new CountedQueue();
  private volatile List<NotedLaunch> notes = List.of();
  private int generation;
  private final DecisionLog decisions = new DecisionLog(100);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @TempDir Path dir;
  private EmbeddedEc2 ec2;
  private AwsClients clients;
  private String template;

  @BeforeEach
  void start() {
    Credentials credentials = Credentials.random();
    ec2 = TestAws.embeddedEc2(dir, credentials);
    clients = TestAws.clients(ec2, credentials);
    template =
        clients
            .ec2()
            .createLaunchTemplate(
                b -> b.launchTemplateName("argus-app").launchTemplateData(d -> d.imageId("ami-1")))
            .join()
            .launchTemplate()
            .launchTemplateId();
    queue.holds(1, 0);
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
    clients.close();
    ec2.close();
  }

  @Test
  void whereThereIsNoCapacityTheNextPoolIsTakenAndTheDecisionSaysSo() throws Exception {
    ec2.faults()
        .refuseLaunches(
            "InsufficientInstanceCapacity", asked -> asked.instanceType().equals("c7i.large"));
    spawn(LONG_BOOT);

    soon().until(() -> launches("accepted") == 1);
    Instance node = one();
    assertThat(node.instanceTypeAsString()).isEqualTo("m6i.large");
    assertThat(node.subnetId()).isEqualTo("subnet-a");
    assertThat(node.instanceLifecycle()).isEqualTo(InstanceLifecycleType.SPOT);
    assertThat(node.imageId()).isEqualTo("ami-1");
    assertThat(story())
        .hasSize(3)
        .satisfies(
            lines -> {
              assertThat(lines.get(0))
                  .startsWith(
                      "node 1 goes elsewhere: EC2 has no c7i.large spot in subnet-a (Insuf");
              assertThat(lines.get(1)).contains("EC2 has no c7i.large spot in subnet-b");
              assertThat(lines.get(2))
                  .isEqualTo(
                      "node 1 was launched as "
                          + node.instanceId()
                          + ": m6i.large spot in subnet-a");
            });
    assertThat(launches("failed")).isZero();
  }

  @Test
  void aQuotaOnSpotLeadsToOnDemandAtOnce() throws Exception {
    ec2.faults().refuseLaunches("MaxSpotInstanceCountExceeded", asked -> asked.spot());
    spawn(LONG_BOOT);

    soon().until(() -> launches("accepted") == 1);
    assertThat(one().instanceLifecycle()).isNull();
    assertThat(one().instanceTypeAsString()).isEqualTo("c7i.large");
    assertThat(story()).hasSize(2);
  }

  @Test
  void anAccountThatHasNeverUsedSpotGetsOnDemandAndTheDecisionSaysWhatToDo() throws Exception {
    ec2.faults()
        .refuseLaunches("AuthFailure.ServiceLinkedRoleCreationNotPermitted", asked -> asked.spot());
    spawn(LONG_BOOT);

    soon().until(() -> launches("accepted") == 1);
    assertThat(one().instanceLifecycle()).isNull();
    assertThat(story()).hasSize(2);
    assertThat(story().get(0))
        .contains("aws iam create-service-linked-role --aws-service-name spot.amazonaws.com");
  }

  @Test
  void whereNoPoolHasAnythingItBacksOffSaysSoAndTriesAgain() throws Exception {
    ec2.faults().refuseLaunches("VcpuLimitExceeded", asked -> !asked.spot());
    ec2.faults().refuseLaunches("InsufficientInstanceCapacity", asked -> asked.spot());
    spawn(LONG_BOOT);

    soon().until(() -> launches("failed") >= 2);
    assertThat(decisions.toJson().toString())
        .contains("and no pool is left: c7i.large spot in subnet-a: InsufficientInstanceCapacity")
        .contains("m6i.large on demand in subnet-b: VcpuLimitExceeded");
    soon().until(() -> decided("\"held-back\""));
    assertThat(ec2.instances()).isEmpty();

    ec2.faults().allowLaunches();
    soon().until(() -> ec2.instances().size() == 1);
  }

  @Test
  void throttlingIsNoFaultOfThePool() throws Exception {
    ec2.faults().refuseLaunches("RequestLimitExceeded", asked -> true);
    spawn(LONG_BOOT);
    soon().until(() -> launches("failed") >= 2);
    assertThat(launches("moved")).isZero();
    soon().until(() -> decided("nothing is launched until "));
    assertThat(decided("(RequestLimitExceeded: ")).isTrue();

    ec2.faults().allowLaunches();
    soon().until(() -> launches("accepted") == 1);
    assertThat(one().instanceTypeAsString()).isEqualTo("c7i.large");
    assertThat(one().subnetId()).isEqualTo("subnet-a");
  }

  @Test
  void aLaunchWhoseAnswerIsLostStartsNoSecondNodeInAnotherPool() throws Exception {
    ec2.faults().delayVisibility(UNKNOWN_FOR);
    ec2.faults().loseNextLaunchAnswers(1);
    spawn(LONG_BOOT);
    soon().until(() -> launches("failed") == 1);
    ec2.faults().refuseLaunches("InsufficientInstanceCapacity", asked -> true);

    soon().until(() -> launches("accepted") == 1);
    assertThat(launches("moved")).isZero();
    soon().until(() -> described().size() == 1);
    assertThat(ec2.mostInstances()).isEqualTo(1);
  }

  @Test
  void aNodeThatIsUnknownForFiveSecondsIsNeitherForgottenNorLaunchedTwice() throws Exception {
    ec2.faults().delayVisibility(UNKNOWN_FOR);
    spawn(LONG_BOOT);
    soon().until(() -> launches("accepted") == 1);
    String id = ec2.instances().get(0);
    assertThat(TestAws.failureOf(fleet().terminate(id)))
        .hasMessageContaining("The instance ID '" + id + "' does not exist");

    soon().until(() -> described().size() == 1);
    soon().until(() -> nodes("booting") == 1);
    TestAws.await(fleet().terminate(id));
    assertThat(ec2.mostInstances()).isEqualTo(1);
  }

  @Test
  void anInstanceThatIsStuckInPendingIsEndedCountedAndReplaced() throws Exception {
    ec2.faults().delayBoots(Duration.ofHours(1));
    spawn(SHORT_BOOT);
    soon().until(() -> launches("accepted") == 1);
    String stuck = ec2.instances().get(0);
    ec2.faults().reset();

    soon().until(() -> launches("never-ready") == 1);
    soon().until(() -> !ec2.up().isEmpty());
    assertThat(ec2.instances()).doesNotContain(stuck);
    soon().until(() -> decisions.toJson().toString().contains(stuck + " has not got ready"));
  }

  @Test
  void anInstanceThatNeverReportsIsEndedCountedAndReplaced() throws Exception {
    ec2.faults().neverReadyNext(1);
    spawn(SHORT_BOOT);
    soon().until(() -> launches("accepted") == 1);
    String lame = ec2.instances().get(0);

    soon().until(() -> launches("never-ready") == 1);
    soon().until(() -> !ec2.up().isEmpty());
    assertThat(ec2.instances()).doesNotContain(lame);
  }

  @Test
  void theInstancesOfAControllerThatCrashedAreFoundAgainByTheirTags() throws Exception {
    ec2.faults().neverReadyNext(1);
    ActorRef<Command> crashed = spawn(SHORT_BOOT);
    soon().until(() -> launches("accepted") == 1);
    String lame = ec2.instances().get(0);
    soon().until(() -> nodes("booting") == 1);
    kit.stop(crashed);
    notes = List.of(); // even what was noted is lost

    spawn(SHORT_BOOT);

    soon().until(() -> launches("never-ready") == 1);
    soon().until(() -> !ec2.instances().contains(lame));
    assertThat(ec2.mostInstances()).isLessThanOrEqualTo(2); // the lame one as it ends, and the next
  }

  @Test
  void aLaunchThatMovedIsFoundAgainByTheNextControllerThoughItsNodeIsUnknown() throws Exception {
    ec2.faults().delayVisibility(UNKNOWN_FOR);
    ec2.faults().refuseLaunches("InsufficientInstanceCapacity", asked -> asked.spot());
    ActorRef<Command> crashed = spawn(LONG_BOOT);
    soon().until(() -> launches("accepted") == 1);
    assertThat(launches("moved")).isEqualTo(4);
    kit.stop(crashed);
    // It crashed before it heard that EC2 had accepted the launch.
    notes = notes.stream().map(LaunchTroubleTest::unheard).toList();
    ec2.faults().allowLaunches(); // the first pool would give now

    spawn(LONG_BOOT);

    soon().until(() -> launches("accepted") == 2);
    soon().until(() -> described().size() == 1);
    assertThat(ec2.mostInstances()).isEqualTo(1);
  }

  private static NotedLaunch unheard(NotedLaunch launch) {
    return new NotedLaunch(launch.number(), launch.clientToken(), Optional.empty());
  }

  /** A controller with a fleet of its own, as a web node that starts has them. */
  private ActorRef<Command> spawn(Duration bootTimeout) throws Exception {
    ScalingSettings settings =
        new ScalingSettings(
            true,
            Duration.ofSeconds(15),
            "backlog",
            5,
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofSeconds(120),
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofMillis(250),
            1,
            Duration.ofSeconds(30),
            bootTimeout,
            50,
            Duration.ofMillis(100),
            Duration.ofMillis(400),
            100);
    ActorRef<Command> controller =
        kit.spawn(
            TermActor.create(
                settings,
                ScalingPolicy.named("backlog"),
                new Surroundings(
                    "argus",
                    queue,
                    fleet(),
                    () -> 0,
                    decisions,
                    new Forecast(),
                    nodes -> {},
                    word -> {},
                    InstantSource.system(),
                    random,
                    meters)));
    generation++;
    controller.tell(
        new TermActor.Begin(
            new Term(
                generation,
                notes,
                () -> true,
                launches -> {
                  notes = launches;
                  return CompletableFuture.completedFuture(Done.done());
                })));
    return controller;
  }

  private Fleet fleet() throws Exception {
    Path script =
        Files.writeString(dir.resolve("node.sh"), "#!/bin/bash\nexec tail -f /dev/null\n");
    return new Ec2Fleet(
        () -> clients.ec2(),
        "argus",
        "argus-responses",
        TestAws.ec2(
            template,
            List.of("c7i.large", "m6i.large"),
            List.of("subnet-a", "subnet-b"),
            List.of(Purchase.SPOT, Purchase.ON_DEMAND),
            script),
        UserData.of(Map.of(), script),
        TestAws.settings(),
        kit.system().classicSystem());
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(40));
  }

  private List<Instance> described() {
    return clients.ec2().describeInstances().join().reservations().stream()
        .flatMap(reservation -> reservation.instances().stream())
        .toList();
  }

  private Instance one() {
    assertThat(described()).hasSize(1);
    return described().get(0);
  }

  /** What became of the launches of the first decision that made any. */
  private List<String> story() {
    List<DecisionLog.Entry> entries = decisions.entries();
    for (int i = entries.size() - 1; i >= 0; i--) {
      if (!entries.get(i).launches().isEmpty()) {
        return entries.get(i).launches();
      }
    }
    return List.of();
  }

  private boolean decided(String part) {
    return decisions.toJson().toString().contains(part);
  }

  private double launches(String outcome) {
    var counter = meters.find("argus.scaling.launches").tag("outcome", outcome).counter();
    return counter == null ? 0 : counter.count();
  }

  private double nodes(String state) {
    return meters.get("argus.scaling.nodes").tag("state", state).gauge().value();
  }
}
