package dev.argus.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrivalsTest {
  private static final int MANY = 100_000;

  @TempDir Path folder;

  @Test
  void gapsOfAPoissonProcessAreExponentiallyDistributed() {
    double[] times = seconds(new Poisson(50), MANY);
    double[] gaps =
        IntStream.range(1, MANY).mapToDouble(i -> times[i] - times[i - 1]).sorted().toArray();
    // Kolmogorov and Smirnov: the largest distance between what is and what should be. One in a
    // thousand honest samples exceeds 1.95/sqrt(n); this one is always the same.
    double distance =
        IntStream.range(0, gaps.length)
            .mapToDouble(i -> Math.abs((i + 0.5) / gaps.length - (1 - Math.exp(-50 * gaps[i]))))
            .max()
            .orElseThrow();
    assertThat(distance).isLessThan(1.95 / Math.sqrt(gaps.length));
  }

  @Test
  void countsOfAPoissonProcessVaryAsMuchAsTheyAreLarge() {
    int[] counts = new int[2000];
    for (double time : seconds(new Poisson(50), MANY)) {
      if (time < counts.length) {
        counts[(int) time]++;
      }
    }
    counts = IntStream.of(counts).limit(1900).toArray(); // a hundred thousand fill about 2,000
    double mean = IntStream.of(counts).average().orElseThrow();
    double variance =
        IntStream.of(counts).mapToDouble(c -> (c - mean) * (c - mean)).average().orElseThrow();
    assertThat(mean).isCloseTo(50, within(0.5));
    assertThat(variance / mean).isCloseTo(1, within(0.1));
  }

  @Test
  void theSameSeedGivesTheSameTimesAndAnotherOneOthers() {
    Poisson poisson = new Poisson(10);
    assertThat(first(poisson, 7, 100)).isEqualTo(first(poisson, 7, 100));
    assertThat(first(poisson, 7, 100)).isNotEqualTo(first(poisson, 8, 100));
  }

  @Test
  void burstsComeAtOnceAndAgain() {
    assertThat(first(new Bursts(3, Duration.ofSeconds(10)), 1, 7))
        .containsExactly(at(0), at(0), at(0), at(10), at(10), at(10), at(20));
  }

  @Test
  void aRampHasHalfTheTrafficOfItsLengthAndThenAll() {
    Ramp ramp = new Ramp(new Poisson(100), Duration.ofSeconds(100));
    double[] times = seconds(ramp, MANY);
    assertThat(count(times, 0, 50)).isCloseTo(1250, within(125L)); // 100 * 50² / (2 * 100)
    assertThat(count(times, 50, 100)).isCloseTo(3750, within(200L));
    assertThat(count(times, 100, 200)).isCloseTo(10_000, within(350L));
    assertThat(times).isSorted();
  }

  @Test
  void aTraceOfSecondsIsPlayedToTheLetter() throws IOException {
    Trace trace = trace("# a comment", "seconds", "0.25", "", "1.5", "1.5", "100");
    assertThat(trace.size()).isEqualTo(4);
    assertThat(all(trace, 1))
        .containsExactly(Duration.ofMillis(250), millis(1500), millis(1500), at(100));
  }

  @Test
  void aTraceOfCountsSpreadsThemWithinTheirMinutes() throws IOException {
    Trace trace = trace("minute,count", "0,1000", "1,0", "3,2000");
    assertThat(trace.size()).isEqualTo(3000);
    double[] times = all(trace, 1).stream().mapToDouble(ArrivalsTest::seconds).toArray();
    assertThat(times).hasSize(3000).isSorted();
    assertThat(count(times, 0, 60)).isEqualTo(1000);
    assertThat(count(times, 180, 240)).isEqualTo(2000);
    assertThat(count(times, 0, 30)).isCloseTo(500, within(70L));
    assertThat(all(trace, 1)).isEqualTo(all(trace, 1)).isNotEqualTo(all(trace, 2));
  }

  @Test
  void aTraceMayHaveNoHeading() throws IOException {
    assertThat(all(trace("0.5"), 1)).containsExactly(millis(500));
  }

  @Test
  void aWrongLineOfATraceIsNamed() {
    for (String wrong : List.of("0.5", "-1", "x", "2,3", "NaN", "1e30")) {
      assertThatThrownBy(() -> trace("seconds", "1", wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("line 3")
          .hasMessageContaining(wrong);
    }
    for (String wrong : List.of("3", "1,-1", "1,x", "1,2,3", "0,1", "1,99999999")) {
      assertThatThrownBy(() -> trace("1,5", wrong)).hasMessageContaining("line 2");
    }
    assertThatThrownBy(() -> trace("# nothing")).hasMessageContaining("found none");
  }

  @Test
  void whatIsOutOfRangeIsToldSo() {
    assertThatThrownBy(() -> new Poisson(0)).hasMessageContaining("rate");
    assertThatThrownBy(() -> new Poisson(Double.NaN)).hasMessageContaining("rate");
    assertThatThrownBy(() -> new Bursts(0, at(1))).hasMessageContaining("burst");
    assertThatThrownBy(() -> new Bursts(1, at(0))).hasMessageContaining("between bursts");
    assertThatThrownBy(() -> new Ramp(new Poisson(1), at(0))).hasMessageContaining("ramp");
  }

  private Trace trace(String... lines) throws IOException {
    return Trace.read(Files.write(folder.resolve("trace.csv"), List.of(lines)));
  }

  private static List<Duration> first(Arrivals arrivals, long seed, int count) {
    Iterator<Duration> times = arrivals.times(seed);
    return IntStream.range(0, count).mapToObj(i -> times.next()).toList();
  }

  private static List<Duration> all(Arrivals arrivals, long seed) {
    List<Duration> all = new ArrayList<>();
    arrivals.times(seed).forEachRemaining(all::add);
    return all;
  }

  private static double[] seconds(Arrivals arrivals, int count) {
    return first(arrivals, 1, count).stream().mapToDouble(ArrivalsTest::seconds).toArray();
  }

  private static long count(double[] times, double from, double to) {
    return Arrays.stream(times).filter(t -> t >= from && t < to).count();
  }

  private static double seconds(Duration d) {
    return d.toNanos() / 1e9;
  }

  private static Duration at(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static Duration millis(int millis) {
    return Duration.ofMillis(millis);
  }
}
