package dev.argus.yardstick;

import static dev.argus.yardstick.Bills.SECOND;
import static dev.argus.yardstick.Bills.every;
import static dev.argus.yardstick.Bills.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Cases whose best bill is known by hand: boot 45 s, service 250 ms, deadline 120 s. */
class YardstickTest {
  @Test
  void onePhotoCostsTheLeastThatIsBilled() {
    Workload work = workload(new long[] {0}, 45, 120, 19);
    assertBill(work, 60, 60, 1);
  }

  @Test
  void onePhotoAfterALongBootCostsTheBootAndASecondBegun() {
    Workload work = workload(new long[] {7 * SECOND}, 90, 120, 19);
    LowerBound bound = LowerBound.of(work);
    assertThat(bound.linearMicros()).isCloseTo(90_250_000, Offset.offset(1_000L));
    assertThat(bound.billedNodeMicros()).isEqualTo(91 * SECOND);
    assertThat(plan(work).billedNodeMicros()).isEqualTo(91 * SECOND);
  }

  @Test
  void thousandsOfNodesNeedNoMoreMemoryThanThereIs() {
    // 2,500 photos a second of 4 s each: in all slots together too many states to be looked at.
    long[] arrivals = LongStream.range(0, 300_000).map(i -> i * 400).toArray();
    Workload work =
        new Workload(arrivals, 4 * SECOND, 1, 45 * SECOND, 120 * SECOND, 10_000, 60 * SECOND);
    LowerBound bound = LowerBound.of(work);
    assertThat(bound.slotMicros()).as("its states would take gigabytes").isZero();
    assertThat(bound.billedNodeMicros())
        .isBetween(1_200_000 * SECOND, plan(work).billedNodeMicros());
  }

  @Test
  void hundredsOfNodesArePlannedInLongerSlots() {
    long[] arrivals = LongStream.range(0, 10_000).map(i -> i * 100_000).toArray();
    Workload work =
        new Workload(arrivals, 4 * SECOND, 1, 45 * SECOND, 120 * SECOND, 500, 60 * SECOND);
    var periods = FullFleet.busyPeriods(work);
    assertThat(Slots.of(work, periods, SECOND, 4_000_000, 500).photos()).isGreaterThan(1);
    assertThat(Slots.of(work, periods, SECOND, 1_000, 500)).as("far too many states").isNull();
    LowerBound bound = LowerBound.of(work);
    assertThat(bound.slotMicros()).isGreaterThan(bound.linearMicros());
    assertThat(plan(work).billedNodeMicros())
        .isBetween(bound.billedNodeMicros(), bound.billedNodeMicros() * 102 / 100);
  }

  @Test
  void aPhotoThatTakesLongerThanItsDeadlineIsMissedByThePlanToo() {
    long[] arrivals = {0, 20 * SECOND, 60 * SECOND};
    Workload work =
        new Workload(arrivals, 30 * SECOND, 1, 45 * SECOND, 20 * SECOND, 19, 60 * SECOND);
    assertThat(LowerBound.of(work).feasibleMisses()).isEqualTo(3);
    assertThat(plan(work).misses()).isEqualTo(3);
  }

  @Test
  void photosFarApartNeedANodeEach() {
    assertBill(workload(every(600 * SECOND, 20), 45, 120, 19), 20 * 60, 20 * 60, 20);
  }

  @Test
  void photosWithinADeadlineShareANode() {
    Workload work = workload(new long[] {0, 119 * SECOND}, 45, 120, 19);
    assertBill(work, 60, 60, 1);
  }

  @Test
  void aNodeIsHeldWhereANewOneWouldCostMore() {
    // From the last moment for the first photo to the arrival of the third: 150 s - 119.75 s.
    Workload work = workload(new long[] {0, 10 * SECOND, 150 * SECOND}, 45, 120, 19);
    assertBill(work, 73, 76, 1);
  }

  @Test
  void aShortBootLeavesMoreThanABootOfTheMinimum() {
    assertBill(workload(every(300 * SECOND, 10), 15, 120, 19), 600, 600, 10);
  }

  @Test
  void aDeadlineShorterThanTheBootMissesNothingIfArrivalsAreKnown() {
    Workload work = workload(new long[] {0, 500 * SECOND}, 45, 30, 19);
    assertBill(work, 120, 120, 2);
    assertThat(plan(work).misses()).isZero();
  }

  @Test
  void aDeadlineShorterThanTheServiceMissesAll() {
    Workload work = workload(new long[] {0, SECOND}, 45, 0, 19);
    assertThat(LowerBound.of(work)).isEqualTo(new LowerBound(0, 2, 0, 0));
    assertThat(plan(work).misses()).isEqualTo(2);
    assertThat(plan(work).billedNodeMicros()).isZero();
  }

  @Test
  void noPhotosCostNothing() {
    Workload work = workload(new long[0], 45, 120, 19);
    assertThat(LowerBound.of(work).billedNodeMicros()).isZero();
    assertThat(plan(work).billedNodeMicros()).isZero();
  }

  @Test
  void aBurstNeedsAsManyNodesAsItsDeadlineAsksFor() {
    // 600 photos are 150 s of work within 120 s: two nodes.
    assertBill(workload(new long[600], 45, 120, 19), 237, 242, 2);
  }

  @Test
  void aBurstThatTheFleetIsTooSmallForMissesWhatItMust() {
    // Two nodes answer 960 photos in 120 s.
    Workload work = workload(new long[1200], 45, 120, 2);
    LowerBound bound = LowerBound.of(work);
    assertThat(bound.feasibleMisses()).isEqualTo(240);
    assertThat(plan(work).misses()).isEqualTo(240);
    assertThat(bound.billedNodeMicros()).isBetween(326 * SECOND, 330 * SECOND);
    assertThat(plan(work).billedNodeMicros()).isEqualTo(330 * SECOND);
  }

  @Test
  void missesOfOneBurstDoNotExcuseOthers() {
    long[] arrivals =
        LongStream.concat(LongStream.generate(() -> 0).limit(1200), LongStream.of(3600 * SECOND))
            .toArray();
    Workload work = workload(arrivals, 45, 120, 2);
    LowerBound bound = LowerBound.of(work);
    assertThat(bound.feasibleMisses()).isEqualTo(240);
    assertThat(bound.billedNodeMicros()).isGreaterThanOrEqualTo(386 * SECOND);
    assertThat(plan(work).billedNodeMicros()).isEqualTo(390 * SECOND);
  }

  @Test
  void aSteadyLoadOfTwoAndAHalfNodesCostsLittleMoreThanItsWork() {
    // 10 photos a second for half an hour: 4500 s of work.
    Workload work = workload(every(SECOND / 10, 18_000), 45, 120, 19);
    assertBill(work, 4500 + 3 * 44, 4900, 10);
    assertThat(plan(work).idleFraction()).isLessThan(0.01);
  }

  @Test
  void coresOfANodeShareItsBoot() {
    long[] arrivals = new long[1200];
    Workload work = new Workload(arrivals, SECOND, 12, 45 * SECOND, 120 * SECOND, 19, 60 * SECOND);
    assertBill(work, 143, 148, 1);
  }

  @Test
  void aWrongWorkloadIsRefused() {
    assertThatThrownBy(() -> workload(new long[] {2, 1}, 45, 120, 19))
        .hasMessageContaining("expected ascending");
    assertThatThrownBy(() -> workload(new long[] {1}, 45, 120, 0))
        .hasMessageContaining("expected at least 1");
  }

  @Test
  void theSameWorkloadHasTheSamePlan() {
    Workload work = workload(every(SECOND * 7, 300), 45, 120, 19);
    ClairvoyantPlan one = plan(work);
    ClairvoyantPlan other = plan(work);
    assertThat(one.schedule().nodes()).isEqualTo(other.schedule().nodes());
    assertThat(Arrays.equals(one.schedule().answered(), other.schedule().answered())).isTrue();
  }

  private static ClairvoyantPlan plan(Workload work) {
    ClairvoyantPlan plan = ClairvoyantPlan.of(work);
    Bills.check(work, plan);
    return plan;
  }

  /** The bound is at least so many seconds, the plan at most. */
  private static void assertBill(Workload work, long bound, long bill, int launches) {
    ClairvoyantPlan plan = plan(work);
    LowerBound lower = LowerBound.of(work);
    assertThat(lower.billedNodeMicros()).isBetween(bound * SECOND, plan.billedNodeMicros());
    assertThat(plan.billedNodeMicros()).isLessThanOrEqualTo(bill * SECOND);
    assertThat(plan.launches()).isLessThanOrEqualTo(launches);
    assertThat(lower.feasibleMisses()).isEqualTo(plan.misses());
  }
}
