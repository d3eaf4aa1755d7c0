package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.Ec2Settings;
import dev.argus.config.Purchase;
import dev.argus.ports.Fleet.Node;
import dev.argus.ports.Fleet.Pool;
import dev.argus.ports.Fleet.State;
import dev.argus.ports.LaunchFailedException;
import dev.argus.ports.NoCapacityException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes over the wire to EC2, and what is made of its answers. */
class Ec2FleetTest {
  private static final String LAUNCHED = "2026-11-24T08:00:00.000Z";

  private static ActorSystem system;

  private StubServer server;
  private AwsClients clients;

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
    server.close();
  }

  @Test
  void aLaunchAsksForOneInstanceWithANameATagAndNoWayToOutliveItsShutdown() throws Exception {
    Ec2Fleet fleet =
        fleet(
            request -> new StubServer.Answer(200, runInstances(instance("i-1", "pending", 7))),
            new Ec2Settings(
                "",
                "$Default",
                List.of("t3.small"),
                List.of("subnet-1"),
                List.of(Purchase.ON_DEMAND),
                TestAws.POOL_REST,
                "ami-1",
                "profile",
                List.of("sg-1", "sg-2"),
                Path.of("x")));

    Node node = TestAws.await(fleet.launch(7, "token-7"));

    assertThat(node).isEqualTo(new Node("i-1", 7, State.PENDING, Instant.parse(LAUNCHED), ""));
    Map<String, String> sent = parameters(0);
    assertThat(sent)
        .containsEntry("Action", "RunInstances")
        .containsEntry("MinCount", "1")
        .containsEntry("MaxCount", "1")
        .containsEntry("ClientToken", "token-7")
        .containsEntry("ImageId", "ami-1")
        .containsEntry("InstanceType", "t3.small")
        .containsEntry("IamInstanceProfile.Name", "profile")
        .containsEntry("SubnetId", "subnet-1")
        .containsEntry("SecurityGroupId.2", "sg-2")
        .containsEntry("InstanceInitiatedShutdownBehavior", "terminate")
        .containsEntry("MetadataOptions.HttpTokens", "required")
        .containsEntry("MetadataOptions.HttpPutResponseHopLimit", "1")
        .containsEntry("TagSpecification.1.ResourceType", "instance")
        .containsEntry("TagSpecification.1.Tag.1.Value", "app-tier-instance-7")
        .containsEntry("TagSpecification.1.Tag.2.Key", "argus:cluster")
        .containsEntry("TagSpecification.1.Tag.2.Value", "argus")
        .containsEntry("TagSpecification.1.Tag.3.Key", "argus:reports-to")
        .containsEntry("TagSpecification.1.Tag.3.Value", "argus-responses");
    assertThat(new String(Base64.getDecoder().decode(sent.get("UserData")), StandardCharsets.UTF_8))
        .isEqualTo("#!/bin/bash\nécho\n");
  }

  @Test
  void whatIsNotSetIsNotSent() throws Exception {
    Ec2Fleet fleet =
        fleet(
            request -> new StubServer.Answer(200, runInstances(instance("i-1", "pending", 1))),
            plain());
    TestAws.await(fleet.launch(1, "token"));
    assertThat(parameters(0).keySet())
        .noneMatch(
            k ->
                k.matches(
                    "(IamInstanceProfile|SubnetId|SecurityGroup|LaunchTemplate|InstanceMarket).*"));
  }

  @Test
  void fromATemplateOnlyWhatDiffersFromNodeToNodeIsSent() throws Exception {
    Ec2Fleet fleet =
        fleet(
            request -> new StubServer.Answer(200, runInstances(instance("i-1", "pending", 1))),
            TestAws.ec2(
                "lt-0123456789abcdef0",
                List.of("c7i.large"),
                List.of("subnet-1"),
                List.of(Purchase.SPOT),
                Path.of("x")));
    TestAws.await(fleet.launch(1, "token"));
    assertThat(parameters(0))
        .containsEntry("LaunchTemplate.LaunchTemplateId", "lt-0123456789abcdef0")
        .containsEntry("LaunchTemplate.Version", "$Default")
        .containsEntry("InstanceType", "c7i.large")
        .containsEntry("SubnetId", "subnet-1")
        .containsEntry("InstanceMarketOptions.MarketType", "spot")
        .containsEntry("InstanceMarketOptions.SpotOptions.SpotInstanceType", "one-time")
        .containsEntry(
            "InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior", "terminate")
        .containsEntry("TagSpecification.1.Tag.2.Value", "argus")
        .containsEntry("TagSpecification.2.ResourceType", "spot-instances-request")
        .containsEntry("TagSpecification.2.Tag.1.Key", "argus:cluster")
        .containsEntry("TagSpecification.2.Tag.1.Value", "argus")
        .doesNotContainKey("TagSpecification.2.Tag.2.Key")
        .containsKey("UserData");
    assertThat(parameters(0).keySet())
        .noneMatch(
            k ->
                k.matches(
                    "(ImageId|IamInstanceProfile|SecurityGroup|MetadataOptions"
                        + "|InstanceInitiatedShutdownBehavior).*"));
  }

  @Test
  void aTokenNamesThePoolItIsCalledInAndARefusalThereSaysWhichIsNext() throws Exception {
    Ec2Fleet fleet =
        fleet(
            request ->
                request.body().contains("c7i.large")
                    ? refusal(500, "InsufficientInstanceCapacity")
                    : new StubServer.Answer(200, runInstances(instance("i-1", "pending", 1))),
            TestAws.ec2(
                "",
                List.of("c7i.large", "c6i.large"),
                List.of(),
                List.of(Purchase.ON_DEMAND),
                Path.of("x")));
    Pool first = fleet.pool("token");
    assertThat(first.name()).isEqualTo("c7i.large on demand");

    assertThat(TestAws.failureOf(fleet.launch(1, "token." + first.id())))
        .isInstanceOfSatisfying(
            NoCapacityException.class,
            e -> {
              assertThat(e.code()).isEqualTo("InsufficientInstanceCapacity");
              assertThat(e.anotherPool()).isTrue();
              assertThat(e).hasMessageContaining("EC2 has no c7i.large on demand (Insufficient");
            });
    Pool next = fleet.pool("token");
    assertThat(next.name()).isEqualTo("c6i.large on demand");
    TestAws.await(fleet.launch(1, "token." + next.id()));
    assertThat(parameters(1))
        .containsEntry("ClientToken", "token." + next.id())
        .containsEntry("InstanceType", "c6i.large");
  }

  @Test
  void theLastPoolThatIsRefusedTellsOfAll() throws Exception {
    Ec2Fleet fleet =
        fleet(
            request ->
                request.body().contains("c7i.large")
                    ? refusal(500, "InsufficientInstanceCapacity")
                    : refusal(400, "Unsupported"),
            TestAws.ec2(
                "",
                List.of("c7i.large", "c6i.large"),
                List.of(),
                List.of(Purchase.ON_DEMAND),
                Path.of("x")));
    TestAws.failureOf(fleet.launch(1, "token." + fleet.pool("token").id()));
    assertThat(TestAws.failureOf(fleet.launch(1, "token." + fleet.pool("token").id())))
        .isInstanceOfSatisfying(
            NoCapacityException.class, e -> assertThat(e.anotherPool()).isFalse())
        .hasMessageEndingWith(
            "and no pool is left: c7i.large on demand: InsufficientInstanceCapacity,"
                + " c6i.large on demand: Unsupported");
  }

  @Test
  void aTokenWhosePoolRestsIsCalledInTheNextWhereARefusalProvesNothingOfIt() throws Exception {
    Ec2Fleet fleet =
        fleet(
            request -> refusal(500, "InsufficientInstanceCapacity"),
            TestAws.ec2(
                "",
                List.of("c7i.large", "c6i.large"),
                List.of(),
                List.of(Purchase.ON_DEMAND),
                Path.of("x")));
    String token = "token." + fleet.pool("token").id();
    TestAws.failureOf(fleet.launch(1, token));
    assertThat(fleet.pool(token).name()).isEqualTo("c6i.large on demand");

    assertThat(TestAws.failureOf(fleet.launch(1, token)))
        .isInstanceOf(LaunchFailedException.class)
        .isNotInstanceOf(NoCapacityException.class);
    assertThat(parameters(1))
        .containsEntry("ClientToken", token)
        .containsEntry("InstanceType", "c6i.large");
  }

  @Test
  void aRefusalProvesNothingOfATokenThatWasCalledWithOtherSettings() throws Exception {
    Ec2Fleet fleet = fleet(request -> refusal(500, "InsufficientInstanceCapacity"), plain());
    assertThat(TestAws.failureOf(fleet.launch(1, "token.0123abcd")))
        .isInstanceOf(LaunchFailedException.class)
        .isNotInstanceOf(NoCapacityException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "503, RequestLimitExceeded",
    "500, InternalError",
    "403, UnauthorizedOperation",
    "400, InvalidParameterValue"
  })
  void whatIsNoLackOfMachinesLeavesALaunchInItsPool(int status, String code) throws Exception {
    Ec2Fleet fleet = fleet(request -> refusal(status, code), plain());
    String token = "token." + fleet.pool("token").id();
    assertThat(TestAws.failureOf(fleet.launch(1, token)))
        .isInstanceOfSatisfying(
            LaunchFailedException.class, e -> assertThat(e.code()).isEqualTo(code))
        .isNotInstanceOf(NoCapacityException.class);
    assertThat(server.requests).hasSize(1);
  }

  @Test
  void aRefusedLaunchSaysWhyAndIsNotRepeated() throws Exception {
    Ec2Fleet fleet = fleet(request -> refusal(400, "InvalidAMIID.NotFound"), plain());

    assertThat(TestAws.failureOf(fleet.launch(1, "token")))
        .isInstanceOfSatisfying(
            LaunchFailedException.class,
            e -> {
              assertThat(e.code()).isEqualTo("InvalidAMIID.NotFound");
              assertThat(e).hasMessageContaining("InvalidAMIID.NotFound: as the test wants it");
            });
    assertThat(server.requests).hasSize(1);
  }

  @Test
  void anUnreachableEc2IsAFailedLaunchToo() throws Exception {
    Ec2Fleet fleet = fleet(request -> new StubServer.Answer(200, ""), plain());
    server.close();
    assertThat(TestAws.failureOf(fleet.launch(1, "token")))
        .isInstanceOf(LaunchFailedException.class)
        .hasMessageContaining("could not be asked");
  }

  @Test
  void readsAllPagesAndOnlyWhatHasANodeSName() throws Exception {
    Ec2Fleet fleet =
        fleet(
            request ->
                new StubServer.Answer(
                    200,
                    request.body().contains("NextToken=more")
                        ? describe("", instance("i-3", "shutting-down", 12))
                        : describe(
                            "<nextToken>more</nextToken>",
                            instance("i-1", "running", 3),
                            instance("i-2", "running", 4)
                                .replace("app-tier-instance-4", "app-tier-instance-x"))),
            plain());

    assertThat(TestAws.await(fleet.nodes()))
        .containsExactly(
            new Node("i-1", 3, State.RUNNING, Instant.parse(LAUNCHED), ""),
            new Node("i-3", 12, State.SHUTTING_DOWN, Instant.parse(LAUNCHED), ""));
    assertThat(parameters(0))
        .containsEntry("Filter.1.Name", "tag:argus:cluster")
        .containsEntry("Filter.1.Value.1", "argus")
        .containsEntry("Filter.2.Name", "tag:Name")
        .containsEntry("Filter.2.Value.1", "app-tier-instance-*")
        .containsEntry("Filter.3.Name", "instance-state-name")
        .containsEntry("Filter.3.Value.1", "pending");
    assertThat(parameters(1)).containsEntry("NextToken", "more");
  }

  @Test
  void aThrottledLookAtTheFleetIsTakenAgain() throws Exception {
    Ec2Fleet fleet =
        fleet(
            request ->
                server.requests.size() == 1
                    ? new StubServer.Answer(
                        503,
                        "<Response><Errors><Error><Code>RequestLimitExceeded</Code>"
                            + "<Message>slow down</Message></Error></Errors></Response>")
                    : new StubServer.Answer(200, describe("", instance("i-1", "running", 3))),
            plain());
    assertThat(TestAws.await(fleet.nodes())).hasSize(1);
    assertThat(server.requests).hasSize(2);
  }

  @Test
  void terminatesTheInstanceItIsToldTo() throws Exception {
    Ec2Fleet fleet =
        fleet(
            request ->
                new StubServer.Answer(
                    200,
                    "<TerminateInstancesResponse><requestId>r</requestId><instancesSet/></TerminateInstancesResponse>"),
            plain());
    TestAws.await(fleet.terminate("i-9"));
    assertThat(parameters(0))
        .containsEntry("Action", "TerminateInstances")
        .containsEntry("InstanceId.1", "i-9");
  }

  private Ec2Fleet fleet(
      Function<StubServer.Request, StubServer.Answer> answers, Ec2Settings settings)
      throws IOException {
    server = new StubServer(answers);
    clients = TestAws.clients(server.endpoint(), new CallCounter());
    return new Ec2Fleet(
        () -> clients.ec2(),
        "argus",
        "argus-responses",
        settings,
        "#!/bin/bash\nécho\n",
        TestAws.settings(),
        system);
  }

  private static Ec2Settings plain() {
    return TestAws.ec2(Path.of("x"));
  }

  private static StubServer.Answer refusal(int status, String code) {
    return new StubServer.Answer(
        status,
        "<Response><Errors><Error><Code>"
            + code
            + "</Code><Message>as the test wants it</Message></Error></Errors>"
            + "<RequestID>r</RequestID></Response>");
  }

  private Map<String, String> parameters(int request) {
    Map<String, String> parameters = new TreeMap<>();
    for (String pair : server.requests.get(request).body().split("&")) {
      String[] parts = pair.split("=", 2);
      parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return parameters;
  }

  private static String instance(String id, String state, int number) {
    return "<item><instanceId>"
        + id
        + "</instanceId><instanceState><code>0</code><name>"
        + state
        + "</name></instanceState><launchTime>"
        + LAUNCHED
        + "</launchTime><tagSet><item><key>Name</key><value>app-tier-instance-"
        + number
        + "</value></item></tagSet></item>";
  }

  private static String runInstances(String instance) {
    return "<RunInstancesResponse><instancesSet>"
        + instance
        + "</instancesSet></RunInstancesResponse>";
  }

  private static String describe(String next, String... instances) {
    return "<DescribeInstancesResponse><requestId>r</requestId><reservationSet><item><instancesSet>"
        + String.join("", instances)
        + "</instancesSet></item></reservationSet>"
        + next
        + "</DescribeInstancesResponse>";
  }
}
