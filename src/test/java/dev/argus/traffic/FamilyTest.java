package dev.argus.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FamilyTest {
  private static final Duration DAY = Duration.ofDays(1);

  @Property(tries = 100)
  void arrivalsNeverFallEndAtTheLengthAndAreThoseOfTheirSeed(
      @ForAll Family family,
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0.01, max = 2) double rate,
      @ForAll @IntRange(min = 1, max = 20_000) int seconds) {
    Arrivals arrivals = family.arrivals(rate, Duration.ofSeconds(seconds));
    Iterator<Duration> times = arrivals.times(seed);
    Iterator<Duration> again = arrivals.times(seed);
    Duration last = Duration.ZERO;
    boolean right = true; // an assertion for each photo would take minutes
    while (times.hasNext()) {
      Duration time = times.next();
      right &= time.compareTo(last) >= 0 && again.next().equals(time);
      last = time;
    }
    assertThat(right).isTrue();
    assertThat(last).isLessThan(Duration.ofSeconds(seconds));
    assertThat(again.hasNext()).isFalse();
    assertThatThrownBy(again::next).isInstanceOf(NoSuchElementException.class);
  }

  @ParameterizedTest
  @EnumSource
  void theMeanRateIsThatAskedFor(Family family) {
    assertMean(family, 0.05, DAY, 200);
  }

  /** A process begun afresh in each run, not in its midst, has too many or too few photos. */
  @ParameterizedTest
  @EnumSource
  void shortRunsHaveTheMeanRateToo(Family family) {
    assertMean(family, 0.02, Duration.ofHours(1), 4000);
  }

  /** Four standard errors, which one in 16,000 honest means exceeds; seeds are always the same. */
  private static void assertMean(Family family, double rate, Duration length, int seeds) {
    double[] totals =
        LongStream.range(0, seeds)
            .mapToDouble(seed -> seconds(family.arrivals(rate, length), seed).length)
            .toArray();
    double error = variation(totals) * mean(totals) / Math.sqrt(seeds);
    double expected = rate * length.toSeconds();
    assertThat(4 * error).isLessThan(expected / 5); // else it would say nothing
    assertThat(mean(totals)).isCloseTo(expected, within(4 * error));
  }

  @ParameterizedTest
  @EnumSource
  void anotherSeedGivesOtherTimes(Family family) {
    Arrivals arrivals = family.arrivals(1, DAY);
    assertThat(seconds(arrivals, 1)).isNotEqualTo(seconds(arrivals, 2));
  }

  @Test
  void aDiurnalDayHasAPeakOfFourTimesTheTroughAndNoiseOfHalfTheMean() {
    double[] factors = new double[288 * 20];
    double peak = 0;
    double trough = 0;
    for (int day = 0; day < 20; day++) {
      int[] counts = counts(Family.DIURNAL.arrivals(1, DAY), day, 300);
      for (int i = 0; i < 288; i++) {
        double hour = (i + 0.5) / 12;
        double expected = 300 * (1 + 0.6 * Math.cos((hour - 14) * Math.PI / 12));
        factors[288 * day + i] = counts[i] / expected;
        peak += Math.abs(hour - 14) < 1 ? counts[i] : 0;
        trough += Math.abs(hour - 2) < 1 ? counts[i] : 0;
      }
    }
    assertThat(peak / trough).isCloseTo(4, within(0.4)); // 480 draws of noise each
    assertThat(mean(factors)).isCloseTo(1, within(0.03));
    assertThat(variation(factors)).isCloseTo(0.5, within(0.03));
  }

  @Test
  void gapsOfGammaVaryAsTheSeedDraws() {
    double[] drawn = new double[30];
    for (int seed = 0; seed < drawn.length; seed++) {
      drawn[seed] = GammaRenewal.variation(new SplittableRandom(seed));
      double[] gaps = gaps(seconds(Family.GAMMA.arrivals(10, Duration.ofHours(3)), seed));
      assertThat(variation(gaps)).isCloseTo(drawn[seed], within(0.12 * drawn[seed]));
    }
    assertThat(Arrays.stream(drawn).min().orElseThrow()).isBetween(1.0, 1.5);
    assertThat(Arrays.stream(drawn).max().orElseThrow()).isBetween(6.0, 8.0);
  }

  @Test
  void countsOfMmppAreAsDispersedAsHeffesAndLucantoniSay() {
    double rate = 0.1;
    double window = 600;
    int[] counts = counts(Family.MMPP.arrivals(rate, Duration.ofDays(360)), 1, (int) window);
    double[] values = Arrays.stream(counts).asDoubleStream().toArray();
    double dispersion = Math.pow(variation(values), 2) * mean(values);

    double leaveCalm = 1 / (40 * 60.0);
    double leaveBusy = 1 / (8 * 60.0);
    double both = leaveCalm + leaveBusy;
    double calm = 0.4 * rate;
    double busy = 4 * rate;
    double limit =
        2
            * leaveCalm
            * leaveBusy
            * Math.pow(busy - calm, 2)
            / (both * both * (calm * leaveBusy + busy * leaveCalm));
    double expected = 1 + limit * (1 - (1 - Math.exp(-both * window)) / (both * window));
    assertThat(dispersion).isCloseTo(expected, within(0.05 * expected));
    assertThat(expected).isGreaterThan(10); // Poisson has 1
  }

  @Test
  void paretoIsBurstyOnEveryTimeScale() {
    Arrivals pareto = Family.PARETO.arrivals(0.5, Duration.ofDays(60));
    // The variance of the mean over a window falls with the window as its 2H - 2nd power; a Poisson
    // process has H = 0.5, and tails of 1.2 give (3 - 1.2) / 2 = 0.9 in the limit.
    double shortly = variation(counts(pareto, 1, 300));
    double longer = variation(counts(pareto, 1, 30_000));
    double hurst = 1 + Math.log(longer / shortly) / Math.log(100);
    assertThat(hurst).isBetween(0.65, 0.95);
  }

  @Test
  void aFlashCrowdIsThirtyTimesTheRestForAFewMinutes() {
    int[] counts = counts(Family.FLASH.arrivals(10, DAY), 1, 60);
    double usual = Arrays.stream(counts).sorted().toArray()[counts.length / 2];
    double peak = Arrays.stream(counts).max().orElseThrow();
    long crowded = Arrays.stream(counts).filter(count -> count > 15 * usual).count();
    assertThat(peak / usual).isBetween(25.0, 34.0);
    // Three crowds, each half as large at least for 1 + 5 + 15 ln 2 minutes.
    assertThat(crowded).isBetween(40L, 55L);
    assertThat(IntStream.of(counts).limit(240).max().orElseThrow())
        .isGreaterThan((int) (15 * usual));
  }

  @Test
  void batchesComeEveryHalfHourAndVaryInSize() {
    double[] times = seconds(Family.BATCH.arrivals(0.1, Duration.ofDays(60)), 1);
    double[] sizes =
        Arrays.stream(times)
            .boxed()
            .collect(Collectors.groupingBy(t -> t, Collectors.counting()))
            .values()
            .stream()
            .mapToDouble(Long::doubleValue)
            .toArray();
    assertThat((double) sizes.length).isCloseTo(2880, within(4 * Math.sqrt(2880)));
    assertThat(mean(sizes)).isCloseTo(180, within(15.0));
    assertThat(variation(sizes)).isCloseTo(1, within(0.2));
  }

  @Test
  void rareBatchesAreOfOnePhotoOrSo() {
    double[] gaps = gaps(seconds(Family.BATCH.arrivals(0.0001, Duration.ofDays(360)), 1));
    assertThat(mean(gaps)).isCloseTo(10_000, within(1000.0));
  }

  @Test
  void sparseIsSilentMostOfTheTime() {
    Duration length = Duration.ofDays(60);
    Arrivals sparse = Family.SPARSE.arrivals(0.2, length);
    int[] minutes = counts(sparse, 1, 60);
    double silent = Arrays.stream(minutes).filter(count -> count == 0).count();
    // Silent now, and for a minute to come: 55/60 exp(-1/55).
    assertThat(silent / minutes.length).isCloseTo(0.9, within(0.02));
    double longGaps = Arrays.stream(gaps(seconds(sparse, 1))).filter(gap -> gap > 600).count();
    // A visit an hour, and after it more than ten minutes of silence: 1,440 exp(-10/55).
    assertThat(longGaps).isCloseTo(1200, within(120.0));
  }

  @Test
  void eachFamilyHasANameADescriptionAndASource() {
    assertThat(Arrays.stream(Family.values()).map(Family::toString))
        .containsExactly("diurnal", "gamma", "mmpp", "pareto", "flash", "batch", "sparse");
    for (Family family : Family.values()) {
      assertThat(Family.of(family.toString())).isEqualTo(family);
      assertThat(family.description()).isNotBlank();
      assertThat(family.source()).containsPattern("(19|20)\\d\\d");
    }
    assertThatThrownBy(() -> Family.of("steady"))
        .hasMessage(
            "expected one of diurnal, gamma, mmpp, pareto, flash, batch, sparse, found 'steady'");
    assertThat(Family.GAMMA.arrivals(2, DAY))
        .hasToString("gamma traffic of on average 2.0 a second");
  }

  @Test
  void whatIsOutOfRangeIsToldSo() {
    assertThatThrownBy(() -> Family.GAMMA.arrivals(0, DAY)).hasMessageContaining("rate");
    assertThatThrownBy(() -> Family.GAMMA.arrivals(Double.NaN, DAY)).hasMessageContaining("rate");
    assertThatThrownBy(() -> Family.GAMMA.arrivals(1e6, DAY)).hasMessageContaining("rate");
    for (Duration length : new Duration[] {Duration.ZERO, DAY.negated(), DAY.multipliedBy(367)}) {
      assertThatThrownBy(() -> Family.GAMMA.arrivals(1, length)).hasMessageContaining("length");
    }
  }

  private static double[] seconds(Arrivals arrivals, long seed) {
    Iterable<Duration> times = () -> arrivals.times(seed);
    return StreamSupport.stream(times.spliterator(), false)
        .mapToDouble(time -> time.toNanos() / 1e9)
        .toArray();
  }

  private static double[] gaps(double[] times) {
    return IntStream.range(1, times.length).mapToDouble(i -> times[i] - times[i - 1]).toArray();
  }

  /** Photos in each window of so many seconds; a last one that is not whole is left out. */
  private static int[] counts(Arrivals arrivals, long seed, int window) {
    int[] counts = new int[(int) (((FamilyTraffic) arrivals).length().toSeconds() / window)];
    for (double time : seconds(arrivals, seed)) {
      int index = (int) (time / window);
      if (index < counts.length) {
        counts[index]++;
      }
    }
    return counts;
  }

  private static double mean(double[] values) {
    return DoubleStream.of(values).average().orElseThrow();
  }

  private static double variation(int[] values) {
    return variation(Arrays.stream(values).asDoubleStream().toArray());
  }

  /** Standard deviation by mean. */
  private static double variation(double[] values) {
    double mean = mean(values);
    double variance =
        DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
    return Math.sqrt(variance) / mean;
  }
}
