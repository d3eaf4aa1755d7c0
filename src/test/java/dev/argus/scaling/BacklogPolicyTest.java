package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.scaling.Decision.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** 250 ms a photo, 45 s to boot, 60 s to do it in: a new node does 60 photos within the target. */
class BacklogPolicyTest {
  private static final Duration BOOT = Duration.ofSeconds(45);

  private final ScalingPolicy policy = ScalingPolicy.named("backlog");

  @Test
  void launchesWhatDoesTheWorkWithinTheTargetWithBootTimeCountedIn() {
    Decision decision = policy.decide(Seen.work(100).now());

    assertThat(decision.launch()).isEqualTo(2);
    assertThat(decision.verdict()).isEqualTo(Verdict.LAUNCH);
    assertThat(decision.reason())
        .isEqualTo(
            "launch 2 nodes: 0 ready and 0 starting nodes cannot do 100 photos of 250 ms core time"
                + " each within 60 s (a new node takes 45 s to start)");
  }

  @Test
  void countsTheCoresOfANode() {
    assertThat(launched(Seen.work(481).withLimits(4, 19))).isEqualTo(3);
  }

  @Test
  void launchesNoMoreThanTheMaximumAndSaysSo() {
    Decision decision = policy.decide(Seen.work(100_000).withReady(16).withUseless(1, 0).now());

    assertThat(decision.launch()).isEqualTo(2);
    assertThat(decision.reason()).contains("more nodes needed, but of at most 19 nodes 17 exist");
  }

  @Test
  void saysThatTheMaximumIsReached() {
    Decision decision = policy.decide(Seen.work(100_000).withReady(19).now());

    assertThat(decision.launch()).isZero();
    assertThat(decision.verdict()).isEqualTo(Verdict.AT_MAXIMUM);
  }

  @Test
  void launchesNothingForWhatTheReadyNodesDoBeforeANewOneIsUp() {
    Decision decision = policy.decide(Seen.work(180).withReady(1).now());

    assertThat(decision.verdict()).isEqualTo(Verdict.ENOUGH);
    assertThat(decision.reason()).contains("before a new node could be ready (45 s)");
  }

  @Test
  void aBootingNodeGivesOnlyWhatIsLeftAfterItsRemainingBootTime() {
    Seen thirtySecondsLeft = Seen.work(120).withBooting(Duration.ofSeconds(15));

    assertThat(launched(thirtySecondsLeft)).isZero();
    assertThat(launched(thirtySecondsLeft.withCounts(121, 0, 0))).isEqualTo(1);
  }

  @Test
  void aNodeThatIsFarTooLateIsHedgedEvenForOnePhoto() {
    assertThat(launched(Seen.work(1).withBooting(BOOT.multipliedBy(2)))).isZero();
    assertThat(launched(Seen.work(1).withBooting(BOOT.multipliedBy(3)))).isEqualTo(1);
  }

  @Test
  void aTargetBelowTheBootTimeStillGetsNodesThatWorkAQuarterOfIt() {
    Seen seen = Seen.work(180).withTimes(Duration.ofMillis(250), BOOT, Duration.ofSeconds(10));

    // 45 s of work, 11.25 s of it for each new node
    assertThat(launched(seen)).isEqualTo(4);
  }

  @Test
  void nodesNeverOutnumberTheirPhotos() {
    Seen slow = Seen.work(3).withTimes(Duration.ofSeconds(100), BOOT, Duration.ofSeconds(60));

    assertThat(launched(slow)).isEqualTo(3);
    assertThat(launched(slow.withLimits(2, 19))).isEqualTo(2);
  }

  @Test
  void photosInFlightAndRequestsThatTheQueueDoesNotShowYetAreWork() {
    assertThat(launched(Seen.nothing().withCounts(0, 1, 0))).isEqualTo(1);
    assertThat(launched(Seen.nothing().withCounts(0, 0, 1))).isEqualTo(1);
    assertThat(launched(Seen.nothing().withCounts(40, 20, 60))).isEqualTo(1);
  }

  @Test
  void drainingAndOverdueNodesGiveNothing() {
    assertThat(launched(Seen.work(1).withUseless(3, 2))).isEqualTo(1);
  }

  @Test
  void sayThatThereIsNothingToDo() {
    Decision decision = policy.decide(Seen.nothing().withReady(3).now());

    assertThat(decision.verdict()).isEqualTo(Verdict.NO_WORK);
    assertThat(decision.reason()).isEqualTo("no photo waits");
  }

  private int launched(Seen seen) {
    return policy.decide(seen.now()).launch();
  }
}
