package dev.argus.yardstick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.yardstick.FullFleet.BusyPeriod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** The bound is below everything that can be done, and the plan can be done. */
class BoundPropertyTest {
  private static final long SECOND = 1_000_000;

  @Property(tries = 25, shrinking = ShrinkingMode.OFF)
  void theBoundIsBelowThePlan(@ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
    Workload work = random(new SplittableRandom(seed), 60, 4);
    ClairvoyantPlan plan = ClairvoyantPlan.of(work);
    LowerBound bound = LowerBound.of(work);
    Bills.check(work, plan);
    assertThat(plan.misses()).isEqualTo(bound.feasibleMisses());
    assertThat(bound.linearMicros()).isLessThanOrEqualTo(plan.billedNodeMicros());
    assertThat(bound.slotMicros()).isLessThanOrEqualTo(plan.billedNodeMicros());
    assertThat(bound.billedNodeMicros()).isLessThanOrEqualTo(plan.billedNodeMicros());
  }

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void theBoundIsBelowTheBestOfAllSchedules(
      @ForAll @LongRange(min = 0, max = 1L << 40) long seed,
      @ForAll @IntRange(min = 1, max = 7) int n) {
    Workload work = random(new SplittableRandom(seed), n, 50);
    long best = best(work, 0, new ArrayList<>());
    LowerBound bound = LowerBound.of(work);
    assertThat(bound.billedNodeMicros()).isLessThanOrEqualTo(best);
    assertThat(ClairvoyantPlan.of(work).billedNodeMicros()).isGreaterThanOrEqualTo(best);
  }

  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void theNodesOfSlotsAreTheCheapestOfAll(@ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Workload work = random(random, 8, 3);
    List<BusyPeriod> periods = FullFleet.busyPeriods(work);
    double slot = 4.0 * work.service();
    double[] edges = Demand.equalSlots(work, slot);
    while (edges.length > 14) {
      slot *= 2;
      edges = Demand.equalSlots(work, slot);
    }
    int perSlot = (int) (slot / work.service());
    Demand demand = Demand.of(work, periods, edges, 0);
    NodeProgramme.Prices prices = new NodeProgramme.Prices(random.nextDouble(1, 9), 1, 0);
    double least = new AllSchedules(demand, perSlot, prices.start(), work.maxNodes()).least();
    double found = new NodeProgramme(demand, perSlot, true, prices, work.maxNodes()).cost();
    assertThat(found).isCloseTo(least, within(1e-6));
  }

  /** Every number of nodes in every slot; a slot of a node costs 1. */
  private static final class AllSchedules {
    private final Demand demand;
    private final int perSlot;
    private final double start;
    private final int maxNodes;
    private double least = Double.POSITIVE_INFINITY;

    AllSchedules(Demand demand, int perSlot, double start, int maxNodes) {
      this.demand = demand;
      this.perSlot = perSlot;
      this.start = start;
      this.maxNodes = maxNodes;
    }

    double least() {
      from(0, 0, 0, 0);
      return least;
    }

    private void from(int slot, int nodes, long answered, double cost) {
      if (cost >= least) {
        return;
      }
      if (slot == demand.slots()) {
        least = cost;
        return;
      }
      for (int n = 0; n <= maxNodes; n++) {
        long then = Math.min(answered + (long) n * perSlot, demand.most()[slot + 1]);
        if (then >= demand.least()[slot + 1]) {
          from(slot + 1, n, then, cost + n + Math.max(0, n - nodes) * start);
        }
      }
    }
  }

  /** The least bill over all ways to share the photos among nodes, each as late as it can be. */
  private static long best(Workload work, int photo, List<List<Integer>> nodes) {
    if (photo == work.arrivals().length) {
      return nodes.stream()
          .mapToLong(photos -> bill(work, photos))
          .reduce(0, BoundPropertyTest::sum);
    }
    long best = Long.MAX_VALUE;
    for (int node = 0; node <= nodes.size(); node++) {
      List<List<Integer>> with = new ArrayList<>(nodes);
      if (node == nodes.size()) {
        with.add(List.of(photo));
      } else {
        List<Integer> more = new ArrayList<>(nodes.get(node));
        more.add(photo);
        with.set(node, more);
      }
      best = Math.min(best, best(work, photo + 1, with));
    }
    return best;
  }

  private static long sum(long one, long other) {
    return one == Long.MAX_VALUE || other == Long.MAX_VALUE ? Long.MAX_VALUE : one + other;
  }

  /** Of a node with one core; a later start never makes it end later, as long as none is missed. */
  private static long bill(Workload work, List<Integer> photos) {
    long start = Long.MAX_VALUE;
    for (int i = 0; i < photos.size(); i++) {
      start = Math.min(start, work.latestStart(photos.get(i)) - i * work.service());
    }
    long time = start;
    for (int photo : photos) {
      time = Math.max(time, work.arrivals()[photo]) + work.service();
      if (time > work.arrivals()[photo] + work.deadline()) {
        return Long.MAX_VALUE;
      }
    }
    start = Math.max(start, work.arrivals()[photos.get(0)]);
    return Bills.bill(work, start, time);
  }

  private static Workload random(SplittableRandom random, int photos, int maxNodes) {
    long span = SECOND * random.nextLong(1, 900);
    long[] arrivals = new long[photos];
    Arrays.setAll(arrivals, i -> random.nextLong(span));
    if (random.nextBoolean()) {
      Arrays.setAll(arrivals, i -> arrivals[i] / (20 * SECOND) * (20 * SECOND));
    }
    Arrays.sort(arrivals);
    long service = SECOND / 4 * random.nextLong(1, 60);
    return new Workload(
        arrivals,
        service,
        1,
        SECOND * random.nextLong(0, 100),
        service + SECOND * random.nextLong(0, 200),
        random.nextInt(maxNodes / 2 + 1, maxNodes + 1),
        60 * SECOND * random.nextLong(0, 2));
  }
}
