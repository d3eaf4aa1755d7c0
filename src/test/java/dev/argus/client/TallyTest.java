package dev.argus.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.client.LoadReport.Latency;
import dev.argus.client.Outcome.Answered;
import dev.argus.client.Outcome.Broken;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final Photo CAT = new Photo("cat.jpg", "image/jpeg", 1000, Source.empty());

  private final Tally tally = new Tally(ExpectedLabels.parse(List.of("cat.jpg,tabby"), "test"));

  @Test
  void percentilesAreThoseOfTheRecognisedPhotosWithinAThousandth() {
    for (int ms = 100; ms >= 1; ms--) {
      tally.add(answered("tabby", Duration.ofMillis(ms)));
    }
    tally.add(new Outcome(CAT, new Broken("no answer"), 0, Duration.ofHours(1)));
    Latency latency = tally.report(1).latency();
    assertThat(millis(latency.p50())).isCloseTo(50, within(0.05));
    assertThat(millis(latency.p90())).isCloseTo(90, within(0.09));
    assertThat(millis(latency.p99())).isCloseTo(99, within(0.1));
    assertThat(millis(latency.max())).isCloseTo(100, within(0.1));
  }

  @Test
  void throughputCountsRecognisedPhotosOnly() {
    tally.add(answered("tabby", Duration.ofMillis(3)));
    tally.add(answered("tabby", Duration.ofMillis(3)));
    tally.add(new Outcome(CAT, new Broken("no answer"), 0, Duration.ofMillis(3)));
    assertThat(tally.report(Duration.ofMillis(500).toNanos()).throughput()).isEqualTo(4.0);
  }

  @Test
  void anAnswerThatThePhotoFailedIsAFailure() {
    Problem problem = Problem.Kind.DEAD_LETTERED.because("five times");
    ClassifyReply failed = new ClassifyReply.Failed(PhotoId.random(), "cat.jpg", problem);
    tally.add(new Outcome(CAT, new Answered(failed), 2, Duration.ofMillis(1)));
    LoadReport report = tally.report(1);
    assertThat(report.failed()).isEqualTo(1);
    assertThat(report.failures()).containsOnlyKeys("200 " + problem.title());
    assertThat(report.bytesSent()).isEqualTo(3000);
    assertThat(report.retries()).isEqualTo(2);
  }

  @Test
  void reasonsAndMistakesStayFewHoweverManyDiffer() {
    for (int i = 0; i < 100; i++) {
      tally.add(new Outcome(CAT, new Broken("reason " + i), 0, Duration.ofMillis(1)));
      tally.add(answered("sofa " + i, Duration.ofMillis(1)));
    }
    LoadReport report = tally.report(1);
    assertThat(report.failures()).hasSize(21).containsEntry("other reasons", 80);
    assertThat(report.mistakes()).hasSize(20);
    assertThat(report.checks().wrong()).isEqualTo(100);
  }

  @Test
  void textAndJsonSayTheSame() throws Exception {
    tally.add(answered("tabby", Duration.ofMillis(250)));
    tally.add(answered("sofa", Duration.ofMillis(500)));
    tally.add(new Outcome(CAT, new Broken("no answer within 330.0 s"), 0, Duration.ofMillis(1)));
    LoadReport report = tally.report(Duration.ofSeconds(2).toNanos());
    assertThat(report.toText())
        .contains("3 requests in 2.00 s: 1.0 answers/s, 0.0 MB sent")
        .contains("1 x no answer within 330.0 s")
        .contains("200: 2")
        .contains("max 0.500 s")
        .contains("1 right, 1 wrong, 0 unknown")
        .contains("cat.jpg: expected tabby, found sofa");
    JsonNode json = new ObjectMapper().readTree(report.toJson());
    assertThat(json.at("/requests").asInt()).isEqualTo(3);
    assertThat(json.at("/statuses/200").asInt()).isEqualTo(2);
    assertThat(json.at("/latencySeconds/max").asDouble()).isCloseTo(0.5, within(0.001));
    assertThat(json.at("/checks/wrong").asInt()).isEqualTo(1);
    assertThat(json.at("/mistakes/0/expected/0").asText()).isEqualTo("tabby");
    assertThat(json.at("/ok").asBoolean(true)).isFalse();
  }

  private static Outcome answered(String label, Duration latency) {
    ClassifyReply reply =
        new ClassifyReply.Recognised(
            PhotoId.random(), "cat.jpg", List.of(new Prediction(label, 0.9)), "test");
    return new Outcome(CAT, new Answered(reply), 0, latency);
  }

  private static double millis(Duration d) {
    return d.toNanos() / 1e6;
  }
}
