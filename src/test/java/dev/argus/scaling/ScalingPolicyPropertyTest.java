package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

@Label("Every scaling policy")
class ScalingPolicyPropertyTest {
  @Property
  @Label("never lets more nodes exist than the maximum, whatever state they are in")
  void neverExceedsTheMaximum(@ForAll("allPolicies") String policy, @ForAll("seen") Seen seen) {
    int launched = decide(policy, seen);

    assertThat(launched).isNotNegative();
    if (launched > 0) {
      assertThat(seen.now().existing() + launched).isLessThanOrEqualTo(seen.max());
    }
  }

  @Property
  @Label("launches no fewer for more work")
  void isMonotoneInWork(
      @ForAll("policies") String policy,
      @ForAll("seen") Seen seen,
      @ForAll @IntRange(min = 1, max = 10_000) int more) {
    Seen busier = seen.withCounts(seen.visible() + more, seen.inFlight(), seen.waiting() + more);

    assertThat(decide(policy, busier)).isGreaterThanOrEqualTo(decide(policy, seen));
  }

  @Property
  @Label("launches nothing without work")
  void launchesNothingWithoutWork(@ForAll("allPolicies") String policy, @ForAll("seen") Seen seen) {
    assertThat(decide(policy, seen.withCounts(0, 0, 0))).isZero();
  }

  @Property
  @Label("launches at least one node when there is work, room and no capacity")
  void launchesOneWhenThereIsNone(
      @ForAll("policies") String policy,
      @ForAll("seen") Seen seen,
      @ForAll @IntRange(min = 1, max = 1000) int work) {
    Seen bare = seen.withCounts(work, 0, 0).withReady(0).withBooting().withUnseen(List.of());

    assertThat(decide(policy, bare)).isGreaterThanOrEqualTo(Math.min(1, bare.now().room()));
  }

  @Property
  @Label("launches nothing more right after launching what it decided")
  void isIdempotent(@ForAll("allPolicies") String policy, @ForAll("seen") Seen seen) {
    int launched = decide(policy, seen);

    assertThat(decide(policy, seen.afterLaunching(launched)))
        .as("after launching %d", launched)
        .isZero();
  }

  @Property
  @Label("launches nothing when the nodes that exist finish before a new one is ready")
  void launchesNoneThatCannotHelp(@ForAll("seen") Seen seen) {
    long photosBeforeBoot =
        seen.ready() * (long) seen.parallelism() * seen.boot().toNanos() / seen.service().toNanos();
    int work = (int) Math.min(photosBeforeBoot, Integer.MAX_VALUE);

    assertThat(decide("backlog", seen.withCounts(work, 0, 0))).isZero();
  }

  @Property
  @Label("launches the fewest nodes that meet the target")
  void launchesTheFewest(
      @ForAll @IntRange(min = 1, max = 5000) int work,
      @ForAll @IntRange(max = 10) int ready,
      @ForAll @IntRange(min = 1, max = 8) int parallelism) {
    Seen seen = Seen.work(work).withReady(ready).withLimits(parallelism, 10_000);
    double horizon = 60;
    double boot = 45;

    int launched = decide("backlog", seen);

    double perSecond = parallelism / 0.25;
    double done = perSecond * (ready * horizon + launched * (horizon - boot));
    assertThat(done).isGreaterThanOrEqualTo(work);
    if (launched > 0) {
      assertThat(done - perSecond * (horizon - boot)).isLessThan(work);
    }
  }

  private static int decide(String policy, Seen seen) {
    return ScalingPolicy.named(policy).decide(seen.now()).launch();
  }

  /** Those that launch at once: deadline lets photos gather first. */
  @Provide
  Arbitrary<String> policies() {
    return Arbitraries.of("backlog", "one-per-message");
  }

  @Provide
  Arbitrary<String> allPolicies() {
    return Arbitraries.of("deadline", "backlog", "one-per-message");
  }

  @Provide
  Arbitrary<Seen> seen() {
    Arbitrary<Integer> photos = Arbitraries.integers().between(0, 100_000);
    Arbitrary<Integer> few = Arbitraries.integers().between(0, 12);
    Arbitrary<Duration> seconds = Arbitraries.integers().between(0, 400).map(Duration::ofSeconds);
    Arbitrary<List<Duration>> ages = seconds.list().ofMaxSize(8);
    Arbitrary<Seen> nodes =
        Combinators.combine(few, ages, ages, few, few)
            .as(
                (ready, booting, unseen, leaving, overdue) ->
                    Seen.nothing()
                        .withReady(ready)
                        .withBooting(booting.toArray(Duration[]::new))
                        .withUnseen(unseen)
                        .withUseless(leaving, overdue));
    Arbitrary<Duration> service =
        Arbitraries.longs().between(1, 200_000_000).map(micros -> Duration.ofNanos(micros * 1000));
    Arbitrary<Duration> positive = seconds.map(time -> time.plusMillis(7));
    return Combinators.combine(
            nodes,
            Combinators.combine(photos, photos, photos)
                .as((visible, flying, waiting) -> new int[] {visible, flying, waiting}),
            service,
            positive,
            positive,
            Arbitraries.integers().between(1, 16),
            Arbitraries.integers().between(0, 60),
            seconds)
        .as(
            (base, counts, serviceTime, boot, target, parallelism, max, age) ->
                base.withCounts(counts[0], counts[1], counts[2])
                    .withTimes(serviceTime, boot, target)
                    .withLimits(parallelism, max)
                    .withAge(age));
  }
}
