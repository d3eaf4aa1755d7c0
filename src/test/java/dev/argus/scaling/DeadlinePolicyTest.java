package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.scaling.Decision.Verdict;
import dev.argus.scaling.Demand.Group;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * 250 ms a photo, a boot of 45 s ± 4.5 s, a deadline of 120 s of which 4.8 s are kept in reserve, a
 * look every 2 s. So a lone photo needs its node 4.8 + 45 + 9 + 0.25 s before its deadline, 60.95 s
 * after it came, and the look before that is the last.
 */
class DeadlinePolicyTest {
  private static final Seen NOTHING =
      Seen.nothing()
          .withTimes(Duration.ofMillis(250), Duration.ofSeconds(45), Duration.ofSeconds(120));

  private final ScalingPolicy policy = ScalingPolicy.named("deadline");

  private static Observation seen(Seen base, double rate, double silence, Group... waiting) {
    int photos = Arrays.stream(waiting).mapToInt(Group::photos).sum();
    Observation now = base.withCounts(0, 0, photos).now();
    Demand demand = new Demand(List.of(waiting), rate, seconds(silence));
    return with(now, now.serviceSpread(), demand);
  }

  private static Observation with(Observation now, Duration serviceSpread, Demand demand) {
    return new Observation(
        now.at(),
        now.visible(),
        now.inFlight(),
        now.waiting(),
        now.ready(),
        now.booting(),
        now.unseen(),
        now.leaving(),
        now.overdue(),
        now.serviceTime(),
        serviceSpread,
        now.bootTime(),
        now.bootSpread(),
        now.parallelism(),
        now.maxWorkers(),
        now.targetTime(),
        now.deadline(),
        now.interval(),
        demand);
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  private static Group group(double age, int photos) {
    return new Group(seconds(age), photos);
  }

  private Decision decide(Seen base, Group... waiting) {
    return policy.decide(seen(base, 0, 0, waiting));
  }

  @Test
  void aLonePhotoGetsItsNodeAtTheLastMomentAtWhichItIsSurelyInTime() {
    Decision early = decide(NOTHING, group(58, 1));
    Decision now = decide(NOTHING, group(59, 1));

    assertThat(early.launch()).isZero();
    assertThat(early.reason()).contains("would be early: more photos can be done by the same one");
    assertThat(now.launch()).isEqualTo(1);
    assertThat(now.reason()).contains("a new one must start now: it boots 45 s (± 4.5 s)");
  }

  @Test
  void photosGatherForOneNodeAsLongAsOneDoesThemAll() {
    assertThat(decide(NOTHING, group(20, 100), group(0, 100)).launch()).isZero();
  }

  @Test
  void aBurstGetsAllItsNodesAtOnce() {
    // 1050 s of work and 25 s of doubt, in 70.2 s of each node less what k boots are late by
    // together: 2 * 4.5 * √k
    Decision decision = decide(NOTHING, group(0, 4200));

    assertThat(decision.launch()).isEqualTo(16);
    assertThat(decision.reason()).contains("would be needed if they started later");
  }

  @Test
  void photosGatherForTheLastNodeThatMayExistToo() {
    assertThat(decide(NOTHING.withLimits(1, 1), group(0, 1)).launch()).isZero();
    assertThat(decide(NOTHING.withLimits(1, 1), group(0, 400)).launch()).isEqualTo(1);
  }

  @Test
  void aBurstBeyondTheMaximumGetsTheMaximumAtOnce() {
    Decision decision = decide(NOTHING, group(0, 100_000));

    assertThat(decision.launch()).isEqualTo(19);
    assertThat(decision.reason())
        .startsWith("launch 19 nodes (367 more nodes needed, but of at most 19 nodes 0 exist)");
  }

  @Test
  void photosThatDifferMoreNeedMore() {
    Observation alike = seen(NOTHING, 0, 0, group(0, 4200));
    Observation mixed = with(alike, seconds(1), alike.demand());

    assertThat(policy.decide(mixed).launch()).isGreaterThan(policy.decide(alike).launch());
  }

  @Test
  void runningNodesAreEnoughAsLongAsTheyAnswerInTime() {
    Decision decision = decide(NOTHING.withReady(2), group(0, 850));

    assertThat(decision.verdict()).isEqualTo(Verdict.ENOUGH);
    assertThat(decision.reason())
        .isEqualTo("2 ready and 0 starting nodes do 850 photos of 250 ms each within 120 s");
  }

  @Test
  void whatIsLateIsDoneSoonWithoutAFleetForIt() {
    // 52 s of work, doubt included, in 11.25 s after the boot and its 9 s of doubt
    Decision decision = decide(NOTHING, group(119, 200));

    assertThat(decision.launch()).isEqualTo(4);
  }

  @Test
  void photosThatWillComeCountWhenTheyAreDue() {
    Seen one = NOTHING.withReady(1);

    assertThat(policy.decide(seen(one, 0, 0, group(0, 400))).reason()).startsWith("1 ready and");
    assertThat(policy.decide(seen(one, 0, 0, group(0, 400))).reason()).contains("nodes do 400");
    assertThat(policy.decide(seen(one, 8, 0, group(0, 400))).reason())
        .contains("nodes cannot do 400", "1 new node would be early");
  }

  @Test
  void nodesThatArrivalsKeepBusyAreWorthKeeping() {
    assertThat(warm(seen(NOTHING.withReady(3), 10, 0, group(0, 2)))).hasValue(2);
    assertThat(warm(seen(NOTHING.withReady(1), 3.9, 0))).hasValue(0);
  }

  @Test
  void aNodeIsNotKeptForArrivalsThatHaveStopped() {
    Seen two = NOTHING.withReady(2);

    assertThat(policy.decide(seen(two, 9, 0.3)).warm()).isEqualTo(OptionalInt.of(2));
    assertThat(policy.decide(seen(two, 9, 0.5)).warm()).isEqualTo(OptionalInt.of(1));
    assertThat(policy.decide(seen(two, 9, 1)).warm()).isEqualTo(OptionalInt.of(0));
  }

  @Test
  void whileMoreWaitsThanNodesHoldAllAreWorthKeeping() {
    assertThat(warm(seen(NOTHING.withReady(3), 1, 0, group(0, 4)))).hasValue(19);
  }

  @Test
  void withADeadlineShorterThanABootANodeIsKeptForABootAfterTheLastPhoto() {
    Seen impatient =
        Seen.work(1).withTimes(Duration.ofMillis(250), Duration.ofSeconds(45), seconds(30));

    Decision cold = policy.decide(impatient.now());

    assertThat(cold.launch()).isEqualTo(1);
    assertThat(cold.reason()).contains("only nodes that are up already answer");
    assertThat(policy.decide(impatient.withCounts(0, 0, 0).now()).warm()).hasValue(0);
    assertThat(warm(seen(impatient.withReady(1), 0.01, 44))).hasValue(1);
    assertThat(warm(seen(impatient.withReady(1), 0.01, 46))).hasValue(0);
  }

  private OptionalInt warm(Observation seen) {
    return policy.decide(seen).warm();
  }
}
