package dev.argus.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.client.Effort;
import dev.argus.client.Photo;
import dev.argus.client.Result;
import dev.argus.load.LoadReport.Interval;
import dev.argus.load.LoadReport.Latency;
import dev.argus.load.LoadReport.Point;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final Photo CAT = Photo.of("cat.jpg", new byte[1000]);
  private static final ExpectedLabels EXPECTED =
      ExpectedLabels.parse(List.of("cat.jpg,tabby"), "test");

  private final Tally tally = new Tally(EXPECTED, Duration.ZERO, false);

  @Test
  void percentilesAreThoseOfTheRecognisedPhotosWithinAThousandth() {
    for (int ms = 100; ms >= 1; ms--) {
      add(recognised("tabby"), ms);
    }
    add(gaveUp("no answer"), 3_600_000);
    LoadReport report = report(1);
    Latency latency = report.latency();
    assertThat(millis(latency.mean())).isCloseTo(50.5, within(0.1));
    assertThat(millis(latency.p50())).isCloseTo(50, within(0.05));
    assertThat(millis(latency.p90())).isCloseTo(90, within(0.09));
    assertThat(millis(latency.p95())).isCloseTo(95, within(0.1));
    assertThat(millis(latency.p99())).isCloseTo(99, within(0.1));
    assertThat(millis(latency.max())).isCloseTo(100, within(0.1));
    assertThat(report.distribution())
        .isNotEmpty()
        .isSortedAccordingTo((a, b) -> Double.compare(a.percent(), b.percent()))
        .anySatisfy(
            point -> {
              assertThat(point.percent()).isEqualTo(50);
              assertThat(millis(point.latency())).isCloseTo(50, within(0.1));
            });
    assertThat(report.distribution()).extracting(Point::percent).last().isEqualTo(100.0);
  }

  @Test
  void aPhotoThatWasToBeSentLongAgoHasTakenAsLong() {
    Tally open = new Tally(EXPECTED, Duration.ZERO, true);
    open.sending(seconds(10), seconds(12)); // the generator itself was late
    open.add(recognised("tabby"), seconds(10), seconds(15));
    LoadReport report = open.report(seconds(15));
    assertThat(millis(report.latency().max())).isCloseTo(5000, within(5.0));
    assertThat(report.pacing().maxLag()).isEqualTo(seconds(2));
  }

  @Test
  void throughputCountsRecognisedPhotosOnly() {
    add(recognised("tabby"), 3);
    add(recognised("tabby"), 3);
    add(gaveUp("no answer"), 3);
    assertThat(report(500).throughput()).isEqualTo(4.0);
  }

  @Test
  void anAnswerThatThePhotoFailedIsAFailure() {
    Problem problem = Problem.Kind.DEAD_LETTERED.because("five times");
    Effort effort = new Effort(OptionalInt.of(200), 2, Duration.ZERO, Set.of());
    PhotoId id = PhotoId.random();
    add(new Result.Failed(CAT, problem, Optional.of(id), Optional.of("cat.jpg"), effort), 1);
    LoadReport report = report(1);
    assertThat(report.failed()).isEqualTo(1);
    assertThat(report.failures()).containsOnlyKeys("200 " + problem.title());
    assertThat(report.bytesSent()).isEqualTo(3000);
    assertThat(report.retries()).isEqualTo(2);
  }

  @Test
  void reasonsAndMistakesStayFewHoweverManyDiffer() {
    for (int i = 0; i < 100; i++) {
      add(gaveUp("reason " + i), 1);
      add(recognised("sofa " + i), 1);
    }
    LoadReport report = report(1);
    assertThat(report.failures()).hasSize(21).containsEntry("other reasons", 80);
    assertThat(report.mistakes()).hasSize(20);
    assertThat(report.checks().wrong()).isEqualTo(100);
    assertThat(report.errors()).isEqualTo(200);
  }

  @Test
  void whatIsSentInTheWarmUpIsNotCountedButForMixUps() {
    Tally warm = new Tally(EXPECTED, seconds(10), false);
    PhotoId id = PhotoId.random();
    warm.add(recognised(id, "sofa"), seconds(9), seconds(11));
    warm.add(gaveUp("broken"), seconds(9), seconds(11));
    warm.add(recognised(id, "tabby"), seconds(10), seconds(11));
    LoadReport report = warm.report(seconds(12));
    assertThat(report.requests()).isEqualTo(1);
    assertThat(report.errors()).isZero();
    assertThat(report.pacing().warmUp()).isEqualTo(2);
    assertThat(report.elapsed()).isEqualTo(seconds(2));
    assertThat(report.checks().duplicates()).isEqualTo(1);
    assertThat(report.ok()).isFalse();
    assertThat(warm.completed()).isEqualTo(3);
    assertThat(warm.failed()).isEqualTo(1);
  }

  @Test
  void theTimelineSaysWhatHappenedWhen() {
    tally.sending(millis(500), millis(500));
    tally.sending(millis(600), millis(600));
    tally.add(recognised("tabby"), millis(500), millis(1500));
    tally.add(gaveUp("broken"), millis(600), millis(2500));
    List<Interval> intervals = report(2500).timeline();
    assertThat(intervals).extracting(Interval::offered).containsExactly(2L, 0L, 0L);
    assertThat(intervals).extracting(Interval::answered).containsExactly(0L, 1L, 0L);
    assertThat(intervals).extracting(Interval::failed).containsExactly(0L, 0L, 1L);
    assertThat(millis(intervals.get(1).p99())).isCloseTo(1000, within(10.0));
  }

  @Test
  void aLongRunHasNoMoreIntervalsAndLosesNothing() {
    for (int second = 0; second < 5000; second++) {
      tally.add(recognised("tabby"), seconds(second), seconds(second + 1));
    }
    List<Interval> intervals = report(1).timeline();
    assertThat(intervals).hasSizeLessThanOrEqualTo(Timeline.MAX_INTERVALS).hasSizeGreaterThan(300);
    assertThat(intervals.get(1).start()).isEqualTo(intervals.get(0).length());
    assertThat(intervals.stream().mapToLong(Interval::answered).sum()).isEqualTo(5000);
  }

  @Test
  void aRunPassesIfItKeepsToItsThresholds() {
    for (int i = 0; i < 98; i++) {
      add(recognised("tabby"), 1000);
    }
    add(recognised("sofa"), 1000);
    add(gaveUp("broken"), 1);
    LoadReport report = report(1);
    assertThat(report.judgedBy(Thresholds.none()).breaches())
        .containsExactly(
            "2 of 100 photos failed, were not sent or were wrong: 2.00 %, allowed is 0.00 %");
    assertThat(judged(report, 2000, 0.02).passed()).isTrue();
    assertThat(judged(report, 2000, 0.019).passed()).isFalse();
    assertThat(judged(report, 900, 0.02).breaches())
        .singleElement()
        .asString()
        .startsWith("p99 is 1.0")
        .endsWith("allowed is 0.900 s");
  }

  @Test
  void mixUpsAndARunWithoutAnythingNeverPass() {
    assertThat(judged(report(1), 1000, 1).passed()).isFalse();
    PhotoId id = PhotoId.random();
    add(recognised(id, "tabby"), 1);
    add(recognised(id, "tabby"), 1);
    assertThat(judged(report(1), 1000, 1).breaches()).containsExactly("answers were mixed up");
  }

  @Test
  void textAndJsonSayTheSame() throws Exception {
    add(recognised("tabby"), 250);
    add(recognised("sofa"), 500);
    add(gaveUp("no answer within 330.0 s"), 1);
    LoadReport report = report(2000).judgedBy(Thresholds.none());
    assertThat(report.toText())
        .contains("3 requests in 2.00 s: 1.0 answers/s, 0.0 MB sent")
        .contains("1 x no answer within 330.0 s")
        .contains("200: 2")
        .contains("max 0.500 s")
        .contains("1 right, 1 wrong, 0 unknown")
        .contains("cat.jpg: expected tabby, found sofa")
        .contains("not kept  2 of 3 photos");
    JsonNode json = new ObjectMapper().readTree(report.toJson());
    assertThat(json.at("/requests").asInt()).isEqualTo(3);
    assertThat(json.at("/statuses/200").asInt()).isEqualTo(2);
    assertThat(json.at("/latencySeconds/max").asDouble()).isCloseTo(0.5, within(0.001));
    assertThat(json.at("/checks/wrong").asInt()).isEqualTo(1);
    assertThat(json.at("/mistakes/0/expected/0").asText()).isEqualTo("tabby");
    assertThat(json.at("/ok").asBoolean(true)).isFalse();
    assertThat(json.at("/passed").asBoolean(true)).isFalse();
    assertThat(json.at("/breaches").size()).isEqualTo(1);
    assertThat(json.at("/errorShare").asDouble()).isCloseTo(0.667, within(0.001));
  }

  private static LoadReport judged(LoadReport report, int maxP99Millis, double maxErrors) {
    return report.judgedBy(new Thresholds(Optional.of(millis(maxP99Millis)), maxErrors));
  }

  private void add(Result result, long latencyMillis) {
    tally.add(result, Duration.ZERO, Duration.ofMillis(latencyMillis));
  }

  private LoadReport report(int elapsedMillis) {
    return tally.report(millis(elapsedMillis));
  }

  private static Result recognised(String label) {
    return recognised(PhotoId.random(), label);
  }

  private static Result recognised(PhotoId id, String label) {
    Effort effort = new Effort(OptionalInt.of(200), 0, Duration.ZERO, Set.of(id));
    return new Result.Recognised(CAT, id, "cat.jpg", label, 0.9, List.of(), "test", effort);
  }

  private static Result gaveUp(String why) {
    return new Result.GaveUp(CAT, why, new Effort(OptionalInt.empty(), 0, Duration.ZERO, Set.of()));
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static Duration millis(int millis) {
    return Duration.ofMillis(millis);
  }

  private static double millis(Duration d) {
    return d.toNanos() / 1e6;
  }
}
