package dev.argus.localaws;

import static dev.argus.localaws.Ec2Fixture.STAYS;
import static dev.argus.localaws.Ec2Fixture.errorOf;
import static dev.argus.localaws.Ec2Fixture.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;

class EmbeddedEc2Test {
  @TempDir Path data;
  private Ec2Fixture ec2;

  @BeforeEach
  void start() {
    ec2 = new Ec2Fixture(data);
  }

  @AfterEach
  void stop() {
    ec2.close();
  }

  @Test
  void oneClientTokenLaunchesOnce() {
    Instance first = ec2.run(STAYS, b -> b.clientToken("t"));
    Instance again = ec2.run(STAYS, b -> b.clientToken("t"));
    assertThat(again.instanceId()).isEqualTo(first.instanceId());
    assertThat(ec2.all()).hasSize(1);
    assertThat(ec2.run(STAYS, b -> b.clientToken("u")).instanceId())
        .isNotEqualTo(first.instanceId());
  }

  @Test
  void theMostInstancesAreThoseThatWereThereAtOnceAndNotItself() {
    ec2.ec2.registerSelf(Map.of());
    for (int i = 0; i < 3; i++) {
      String first = ec2.run(STAYS).instanceId();
      String second = ec2.run(STAYS).instanceId();
      ec2.terminate(first);
      ec2.terminate(second);
      ec2.awaitState(first, InstanceStateName.TERMINATED);
      ec2.awaitState(second, InstanceStateName.TERMINATED);
    }
    assertThat(ec2.ec2.mostInstances()).isEqualTo(2);
  }

  @Test
  void aFaultHasHitOnlyWhenSomethingMetIt() {
    ec2.ec2.faults().delayBoots(Duration.ofMillis(1));
    ec2.ec2.faults().reset();
    ec2.run(STAYS);
    assertThat(ec2.ec2.faults().hits()).isZero();
    ec2.ec2.faults().delayVisibility(Duration.ofMillis(1));
    ec2.run(STAYS);
    assertThat(ec2.ec2.faults().hits()).isEqualTo(1);
  }

  @Test
  void aClientTokenStandsForOneRequestOnly() {
    ec2.run(STAYS, b -> b.clientToken("t"));
    assertThat(errorOf(() -> ec2.run(STAYS, b -> b.clientToken("t").instanceType("t3.large"))))
        .isEqualTo("IdempotentParameterMismatch");
  }

  @Test
  void racingLaunchesWithOneClientTokenLaunchOnce() {
    var launches =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    ec2.client.runInstances(
                        b -> b.imageId("ami-argus").minCount(1).maxCount(1).clientToken("t")))
            .toList();
    assertThat(launches.stream().map(l -> l.join().instances().get(0).instanceId()).distinct())
        .hasSize(1);
  }

  @Test
  void noMoreInstancesThanTheLimitAreLaunched() {
    ec2.close();
    ec2 =
        new Ec2Fixture(
            data, Ec2Options.defaults().withMaxInstances(3), Map.of(), Clock.systemUTC());
    assertThat(errorOf(() -> ec2.run(STAYS, b -> b.minCount(4).maxCount(4))))
        .isEqualTo("InstanceLimitExceeded");
    ec2.run(STAYS, b -> b.minCount(1).maxCount(9));
    assertThat(ec2.all()).hasSize(3);
    assertThat(errorOf(() -> ec2.run(STAYS))).isEqualTo("InstanceLimitExceeded");
    ec2.terminate(ec2.all().get(0).instanceId());
    ec2.awaitState(ec2.all().get(0).instanceId(), InstanceStateName.TERMINATED);
    ec2.run(STAYS);
  }

  @Test
  void filtersMatchTagsWithWildcardsStatesAndTypes() {
    String one = ec2.run(STAYS, named("app-tier-instance-1")).instanceId();
    String two = ec2.run(STAYS, named("app-tier-instance-12")).instanceId();
    String web = ec2.ec2.registerSelf(Map.of("Name", "web-instance", "argus:cluster", "argus"));
    ec2.awaitState(one, InstanceStateName.RUNNING);
    ec2.terminate(two);

    assertThat(found("tag:Name", "app-tier-instance-*")).containsExactly(one, two);
    assertThat(found("tag:Name", "app-tier-instance-?")).containsExactly(one);
    assertThat(found("tag:Name", "app-tier-instance-1", "web-instance")).containsExactly(one, web);
    assertThat(found("tag:Name", "app-tier-instance-\\*")).isEmpty();
    assertThat(found("tag:Name", "APP-tier-instance-*")).isEmpty();
    assertThat(found("tag-key", "argus:*")).containsExactly(web);
    assertThat(found("instance-id", one)).containsExactly(one);
    assertThat(found("instance-state-name", "shutting-down", "terminated")).containsExactly(two);
    assertThat(found("instance-type", "t3.*")).containsExactly(one, two);
    assertThat(
            ids(
                Filter.builder().name("tag:Name").values("app-tier-*").build(),
                Filter.builder().name("instance-state-name").values("running").build()))
        .containsExactly(one);
    assertThat(errorOf(() -> found("colour", "red"))).isEqualTo("InvalidParameterValue");
  }

  @Test
  void pagesShowEveryInstanceOnceThoughSomeComeInBetween() {
    ec2.run(STAYS, b -> b.minCount(12).maxCount(12));
    List<String> seen = new ArrayList<>();
    String token = null;
    int pages = 0;
    do {
      String from = token;
      var page = ec2.client.describeInstances(b -> b.maxResults(5).nextToken(from)).join();
      page.reservations().forEach(r -> r.instances().forEach(i -> seen.add(i.instanceId())));
      token = page.nextToken();
      if (++pages == 1) {
        ec2.run(STAYS);
      }
    } while (token != null);
    assertThat(pages).isEqualTo(3);
    assertThat(seen).hasSize(13).doesNotHaveDuplicates();
  }

  @Test
  void tagsCanBeAddedAndChanged() {
    String id = ec2.run(STAYS, named("old")).instanceId();
    ec2.client
        .createTags(
            b ->
                b.resources(id)
                    .tags(t -> t.key("Name").value("new"), t -> t.key("more").value("<&>")))
        .join();
    assertThat(ec2.describe(id).tags())
        .extracting(t -> t.key() + "=" + t.value())
        .containsExactlyInAnyOrder("Name=new", "more=<&>");
    assertThat(
            ec2.client
                .describeTags(b -> b.filters(f -> f.name("key").values("more")))
                .join()
                .tags())
        .singleElement()
        .satisfies(t -> assertThat(t.resourceId()).isEqualTo(id));
  }

  @Test
  void wrongRequestsGetTheCodesOfEc2() {
    assertThat(errorOf(() -> ec2.describe("i-0123456789abcdef0")))
        .isEqualTo("InvalidInstanceID.NotFound");
    assertThat(errorOf(() -> ec2.describe("i-x"))).isEqualTo("InvalidInstanceID.Malformed");
    assertThat(errorOf(() -> ec2.terminate("i-0123456789abcdef0")))
        .isEqualTo("InvalidInstanceID.NotFound");
    assertThat(errorOf(() -> ec2.run(STAYS, b -> b.imageId(null)))).isEqualTo("MissingParameter");
    assertThat(errorOf(() -> ec2.run(STAYS, b -> b.minCount(2).maxCount(1))))
        .isEqualTo("InvalidParameterValue");
    assertThat(errorOf(() -> ec2.run(STAYS, b -> b.userData("%%%"))))
        .isEqualTo("InvalidUserData.Malformed");
    assertThat(errorOf(() -> ec2.run("#!/bin/sh\n" + "#".repeat(16 * 1024))))
        .isEqualTo("InvalidParameterValue");
    assertThat(errorOf(() -> ec2.client.describeInstances(b -> b.maxResults(1)).join()))
        .isEqualTo("InvalidParameterValue");
    assertThat(errorOf(() -> ec2.client.describeInstances(b -> b.nextToken("x")).join()))
        .isEqualTo("InvalidNextToken");
    assertThat(errorOf(() -> ec2.client.describeVpcs().join())).isEqualTo("InvalidAction");
  }

  @Test
  void oneUnknownIdLeavesAllNamedInstancesAlone() {
    String id = ec2.run(STAYS).instanceId();
    ec2.awaitState(id, InstanceStateName.RUNNING);
    assertThat(
            errorOf(
                () ->
                    ec2.client
                        .terminateInstances(b -> b.instanceIds(id, "i-0123456789abcdef0"))
                        .join()))
        .isEqualTo("InvalidInstanceID.NotFound");
    assertThat(ec2.describe(id).state().name()).isEqualTo(InstanceStateName.RUNNING);
  }

  @Test
  void whatWasAskedForIsShown() {
    Instance instance =
        ec2.run(
            STAYS,
            b ->
                b.subnetId("subnet-1")
                    .securityGroupIds("sg-1", "sg-2")
                    .iamInstanceProfile(p -> p.name("argus-node"))
                    .metadataOptions(m -> m.httpTokens("required"))
                    .placement(p -> p.availabilityZone("us-east-1a"))
                    .instanceMarketOptions(m -> m.marketType("spot"))
                    .instanceInitiatedShutdownBehavior("terminate"));
    assertThat(instance.subnetId()).isEqualTo("subnet-1");
    assertThat(instance.securityGroups())
        .extracting(g -> g.groupId())
        .containsExactly("sg-1", "sg-2");
    assertThat(instance.iamInstanceProfile().arn()).endsWith("instance-profile/argus-node");
    assertThat(instance.metadataOptions().httpTokensAsString()).isEqualTo("required");
    assertThat(instance.instanceLifecycleAsString()).isEqualTo("spot");
  }

  @Test
  void userDataOfSixteenKilobytesFits() {
    byte[] script = ("#!/bin/sh\nexec sleep 600\n" + "#".repeat(16 * 1024 - 25)).getBytes();
    assertThat(script).hasSize(16 * 1024);
    ec2.run(STAYS, b -> b.userData(Base64.getEncoder().encodeToString(script)));
  }

  @Test
  void anInstanceCanBeInvisibleAtFirst() {
    ec2.ec2.faults().delayVisibility(Duration.ofMillis(300));
    String id = ec2.run(STAYS).instanceId();
    assertThat(ec2.all()).isEmpty();
    assertThat(errorOf(() -> ec2.describe(id))).isEqualTo("InvalidInstanceID.NotFound");
    await().until(() -> ec2.all().size() == 1);
  }

  @Test
  void capacityCanRunOutForSomeLaunches() {
    ec2.ec2.faults().refuseNextLaunches(1);
    var noRetry = DefaultRetryStrategy.doNotRetry();
    try (var client = Clients.ec2(ec2.ec2.endpoint(), ec2.credentials, noRetry)) {
      assertThat(
              errorOf(
                  () ->
                      client.runInstances(b -> b.imageId("ami-1").minCount(1).maxCount(1)).join()))
          .isEqualTo("InsufficientInstanceCapacity");
      client.runInstances(b -> b.imageId("ami-1").minCount(1).maxCount(1)).join();
    }
  }

  @Test
  void launchesCanBeRefusedForWhatTheyAskFor() {
    ec2.ec2.faults().refuseLaunches("VcpuLimitExceeded", asked -> !asked.spot());
    ec2.ec2
        .faults()
        .refuseLaunches("Unsupported", asked -> asked.subnet().equals("subnet-1") && asked.spot());
    assertThat(errorOf(() -> ec2.run(STAYS, b -> {}))).isEqualTo("VcpuLimitExceeded");
    assertThat(errorOf(() -> ec2.run(STAYS, asSpotIn("subnet-1")))).isEqualTo("Unsupported");
    ec2.run(STAYS, asSpotIn("subnet-2"));
    ec2.ec2.faults().allowLaunches();
    ec2.run(STAYS, asSpotIn("subnet-1"));
    assertThat(ec2.all()).hasSize(2);
  }

  private static Consumer<RunInstancesRequest.Builder> asSpotIn(String subnet) {
    return b -> b.subnetId(subnet).instanceMarketOptions(m -> m.marketType("spot"));
  }

  @Test
  void aLaunchWhoseAnswerIsLostHasStartedWhatItsTokenFinds() {
    ec2.ec2.faults().loseNextLaunchAnswers(1);
    var noRetry = DefaultRetryStrategy.doNotRetry();
    try (var client = Clients.ec2(ec2.ec2.endpoint(), ec2.credentials, noRetry)) {
      Consumer<RunInstancesRequest.Builder> launch =
          b -> b.imageId("ami-1").minCount(1).maxCount(1).clientToken("t");
      assertThat(errorOf(() -> client.runInstances(launch).join())).isEqualTo("InternalError");
      assertThat(client.runInstances(launch).join().instances().get(0).instanceId())
          .isEqualTo(ec2.all().get(0).instanceId());
    }
    assertThat(ec2.all()).hasSize(1);
  }

  @Test
  void callsCanBeThrottledForAWhile() {
    ec2.ec2.faults().throttleNextCalls(2);
    var noRetry = DefaultRetryStrategy.doNotRetry();
    try (var client = Clients.ec2(ec2.ec2.endpoint(), ec2.credentials, noRetry)) {
      assertThat(errorOf(() -> client.describeInstances().join()))
          .isEqualTo("RequestLimitExceeded");
    }
    // The usual client retries what is throttled.
    assertThat(ec2.all()).isEmpty();
  }

  @Test
  void anInstanceCanRunAndNeverGetReady() {
    ec2.ec2.faults().neverReadyNext(1);
    String lame = ec2.run("#!/bin/sh\necho ready\n").instanceId();
    ec2.awaitState(lame, InstanceStateName.RUNNING);
    String good = ec2.run("#!/bin/sh\necho ready\nexec sleep 600\n").instanceId();
    ec2.awaitLog(good, "ready");
    assertThat(ec2.log(lame)).isEmpty();
    ec2.terminate(lame);
    assertThat(ec2.describe(lame).state().name()).isEqualTo(InstanceStateName.TERMINATED);
  }

  @Test
  void aCrashEndsAnInstanceThatRunsNothingToo() {
    ec2.ec2.faults().neverReadyNext(1);
    String lame = ec2.run("#!/bin/sh\necho ready\n").instanceId();
    ec2.awaitState(lame, InstanceStateName.RUNNING);
    assertThat(ec2.ec2.crash(lame)).isTrue();
    ec2.awaitState(lame, InstanceStateName.TERMINATED);
    assertThat(ec2.ec2.crash(lame)).isFalse();
  }

  private List<String> found(String filter, String... values) {
    return ids(Filter.builder().name(filter).values(values).build());
  }

  private List<String> ids(Filter... filters) {
    return ec2.client.describeInstances(b -> b.filters(filters)).join().reservations().stream()
        .flatMap(r -> r.instances().stream())
        .map(Instance::instanceId)
        .toList();
  }
}
