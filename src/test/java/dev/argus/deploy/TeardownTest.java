package dev.argus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.ArgusSettings;
import dev.argus.deploy.TeardownReport.Outcome;
import dev.argus.simulation.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TeardownTest {
  private static final String INPUT = "argus-input-123456789012-eu-west-1";
  private static final String OUTPUT = "argus-output-123456789012-eu-west-1";

  private final FakeServices aws = new FakeServices();
  private final SettableClock clock = new SettableClock();
  private final Listener listener = new Listener();
  private final List<String> said = listener.said;
  private long pending;

  @BeforeEach
  void aCluster() {
    aws.cloudFormation.status = "UPDATE_COMPLETE";
    aws.s3.buckets.put(INPUT, new ArrayList<>(List.of(FakeS3.version("photo", "null"))));
    aws.s3.buckets.put(OUTPUT, new ArrayList<>());
    aws.ec2.instances.add(FakeEc2.instance("i-1", "argus", "app-tier-instance-1"));
    aws.ec2.instances.add(FakeEc2.instance("i-2", "other", "app-tier-instance-1"));
    aws.ec2.instances.add(FakeEc2.instance("i-3", "argus", "something-else"));
    aws.sqs.queues.add("argus-responses-i-0abc");
    new ClusterSecrets(
            aws.ssm(),
            new ClusterNames("argus", Account.ask(aws.sts(), aws.region())),
            "argus:cluster")
        .makeMissing(RandomGenerator.getDefault());
  }

  @AfterEach
  void close() {
    aws.close();
  }

  private TeardownReport teardown(boolean force, boolean buckets) throws Exception {
    return new Teardown(
            aws,
            ArgusSettings.load(Map.of()),
            listener,
            outputs -> pending,
            new Poll(clock, clock::advance))
        .run(new Teardown.Options(force, buckets));
  }

  @Test
  void whileWorkWaitsInTheQueueNothingIsRemoved() throws Exception {
    aws.sqs.visible = "3";
    aws.sqs.inFlight = "2";
    TeardownReport report = teardown(false, true);
    assertThat(report.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(said).anyMatch(line -> line.contains("3 in the queue, 2 with app nodes"));
    assertThat(said).anyMatch(line -> line.contains("--force"));
    assertThat(aws.cloudFormation.calls).isEmpty();
    assertThat(aws.ec2.terminated).isEmpty();
  }

  @Test
  void whileAPhotoIsNotAnsweredNothingIsRemovedThoughTheQueueIsEmpty() throws Exception {
    pending = 1;
    assertThat(teardown(false, false).outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(said).anyMatch(line -> line.contains("1 accepted and not answered"));
    assertThat(aws.cloudFormation.calls).isEmpty();
  }

  @Test
  void whatCameWhileItAskedBringsTheWebNodesBackAndASecondRunEndsIt() throws Exception {
    aws.cloudFormation.parameters.put("WebNodes", "2");
    aws.autoScaling.webNodes = 2;
    aws.autoScaling.meanwhile = () -> pending = 1;
    assertThat(teardown(false, true).outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(aws.autoScaling.webNodes).isEqualTo(2);
    assertThat(aws.ec2.terminated).isEmpty();
    assertThat(aws.cloudFormation.calls).isEmpty();
    assertThat(aws.ssm.parameters).isNotEmpty();
    assertThat(said).anyMatch(line -> line.contains("1 accepted and not answered"));
    assertThat(said).anyMatch(line -> line.contains("the web nodes are started again"));

    aws.autoScaling.meanwhile = () -> {};
    pending = 0;
    assertThat(teardown(false, true).outcome()).isEqualTo(Outcome.REMOVED);
    assertThat(aws.autoScaling.webNodes).isZero();
  }

  @Test
  void byForceNobodyAsksWhatCameInTheMeantime() throws Exception {
    aws.autoScaling.meanwhile = () -> pending = 1;
    assertThat(teardown(true, false).outcome()).isEqualTo(Outcome.REMOVED);
    assertThat(aws.autoScaling.webNodes).isZero();
  }

  @Test
  void whoeverIsRefusedHearsThatNoWebNodeRuns() throws Exception {
    aws.autoScaling.webNodes = 0;
    pending = 1;
    assertThat(teardown(false, false).outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(said).anyMatch(line -> line.contains("argus provision starts them again"));
  }

  @Test
  void queuesOfAnotherClusterWhosePrefixBeginsAlikeStay() throws Exception {
    List<String> others =
        List.of(
            "argus-responses-requests", // of a cluster argus-responses
            "argus-responses-i-requests", // of a cluster argus-responses-i
            "argus-responses-i-0abc-requests",
            "argus-responses-eu-responses-i-0abc");
    aws.sqs.queues.addAll(others);
    assertThat(teardown(false, false).removed())
        .filteredOn(line -> line.contains("queue"))
        .containsExactly("the response queue https://sqs/1/argus-responses-i-0abc");
    assertThat(aws.sqs.queues).containsAll(others).doesNotContain("argus-responses-i-0abc");
  }

  @Test
  void byForceItGoesAllTheSame() throws Exception {
    aws.sqs.visible = "3";
    pending = 1;
    assertThat(teardown(true, false).outcome()).isEqualTo(Outcome.REMOVED);
    assertThat(aws.cloudFormation.status).isEmpty();
  }

  @Test
  void onlyTheClustersOwnAppNodesAreEndedAndItsBucketsStay() throws Exception {
    TeardownReport report = teardown(false, false);
    assertThat(report.outcome()).isEqualTo(Outcome.REMOVED);
    assertThat(aws.ec2.terminated).containsExactly("i-1");
    assertThat(aws.autoScaling.webNodes).isZero();
    assertThat(aws.sqs.queues).containsExactly("argus-requests", "argus-responses");
    assertThat(aws.ssm.parameters).isEmpty();
    assertThat(aws.s3.buckets).containsKeys(INPUT, OUTPUT);
    assertThat(report.left()).hasSize(2).first().asString().contains(INPUT, "--buckets");
  }

  @Test
  void bucketsGoOnlyWhenAskedForWithAllVersionsInThem() throws Exception {
    for (int i = 0; i < 5; i++) {
      aws.s3.buckets.get(INPUT).add(FakeS3.version("photo", "v" + i));
    }
    TeardownReport report = teardown(false, true);
    assertThat(aws.s3.buckets).isEmpty();
    assertThat(report.left()).isEmpty();
    assertThat(said).anyMatch(line -> line.contains("6 objects removed"));
  }

  @Test
  void whatCannotBeRemovedIsNamed() {
    aws.s3.stuck.add("photo");
    assertThatThrownBy(() -> teardown(false, true))
        .isInstanceOf(DeployException.class)
        .hasMessageContaining("the first is photo: AccessDenied");
  }

  @Test
  void aSecondRunFindsNothing() throws Exception {
    teardown(false, false);
    TeardownReport again = teardown(false, false);
    assertThat(again.outcome()).isEqualTo(Outcome.NOTHING);
    assertThat(again.left()).hasSize(2);
  }

  @Test
  void whatAnInterruptedRunHasLeftIsRemovedByTheNext() throws Exception {
    aws.cloudFormation.status = "";
    assertThat(teardown(false, false).outcome()).isEqualTo(Outcome.REMOVED);
    assertThat(aws.ec2.terminated).containsExactly("i-1");
    assertThat(aws.ssm.parameters).isEmpty();
  }

  @Test
  void whenTheAnswerIsNoNothingIsRemoved() throws Exception {
    listener.answer = false;
    assertThat(teardown(false, true).outcome()).isEqualTo(Outcome.DECLINED);
    assertThat(aws.cloudFormation.calls).isEmpty();
    assertThat(aws.ec2.terminated).isEmpty();
    assertThat(said).anyMatch(line -> line.contains("the bucket " + INPUT));
  }

  @Test
  void aStackThatIsBeingChangedIsLeftAlone() {
    aws.cloudFormation.status = "UPDATE_IN_PROGRESS";
    assertThatThrownBy(() -> teardown(true, false))
        .isInstanceOf(DeployException.class)
        .hasMessageContaining("UPDATE_IN_PROGRESS");
  }
}
