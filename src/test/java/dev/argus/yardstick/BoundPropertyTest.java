package dev.argus.yardstick;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Variable;

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

  @Property(tries = 8, shrinking = ShrinkingMode.OFF)
  void theNodesOfSlotsAreThoseOfTheIntegerProgramme(
      @ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
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
    ExpressionsBasedModel model = model(demand, perSlot, prices, work.maxNodes());
    double relaxed = model.minimise().getValue();
    model.getVariables().forEach(v -> v.integer(!v.getName().startsWith("answered")));
    double whole = model.minimise().getValue();
    double found = new NodeProgramme(demand, perSlot, true, prices, work.maxNodes()).cost();
    assertThat(relaxed).isLessThanOrEqualTo(found + 1e-6);
    assertThat(found).isBetween(whole - 1e-6, whole + 1e-6);
  }

  private static ExpressionsBasedModel model(
      Demand demand, int perSlot, NodeProgramme.Prices prices, int maxNodes) {
    ExpressionsBasedModel model = new ExpressionsBasedModel();
    Variable before = null;
    Variable answeredBefore = null;
    for (int k = 0; k < demand.slots(); k++) {
      Variable up = model.newVariable("up" + k).lower(0).upper(maxNodes).weight(prices.slot());
      Variable started = model.newVariable("started" + k).lower(0).weight(prices.start());
      Variable answered =
          model
              .newVariable("answered" + k)
              .lower(demand.least()[k + 1])
              .upper(demand.most()[k + 1]);
      Expression starts = model.newExpression("starts" + k).lower(0).set(started, 1).set(up, -1);
      Expression most = model.newExpression("work" + k).lower(0).set(up, perSlot).set(answered, -1);
      Expression rising = model.newExpression("rising" + k).lower(0).set(answered, 1);
      if (before != null) {
        starts.set(before, 1);
        most.set(answeredBefore, 1);
        rising.set(answeredBefore, -1);
      }
      before = up;
      answeredBefore = answered;
    }
    return model;
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
