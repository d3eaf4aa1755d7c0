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
  private final List<String> said = new ArrayList<>();
  private boolean answer = true;
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
    new AccessTokens(
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
    Conversation conversation =
        new Conversation() {
          @Override
          public void say(String line) {
            said.add(line);
          }

          @Override
          public boolean agree(String question) {
            return answer;
          }
        };
    return new Teardown(
            aws,
            ArgusSettings.load(Map.of()),
            conversation,
            outputs -> pending,
            new Poll(clock, clock::advance))
        .run(new TeardownOptions(force, buckets));
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
    answer = false;
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
