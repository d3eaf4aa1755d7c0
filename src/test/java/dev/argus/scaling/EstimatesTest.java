package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.protocol.Answer;
import dev.argus.protocol.NodeReport;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EstimatesTest {
  private final Estimates estimates = new Estimates(Settings.scaling());

  @Test
  void beginAtTheSettings() {
    assertThat(estimates.serviceTime()).isEqualTo(Duration.ofMillis(250));
    assertThat(estimates.bootTime()).isEqualTo(Duration.ofSeconds(45));
    assertThat(estimates.parallelism()).isEqualTo(1);
  }

  @Test
  void comeCloseToWhatIsMeasuredWithinAHundredAnswers() {
    for (int i = 0; i < 100; i++) {
      estimates.learn(answer(Duration.ofMillis(10)));
    }

    assertThat(estimates.serviceTime()).isBetween(Duration.ofMillis(10), Duration.ofMillis(25));
  }

  @Test
  void answersThatNeededNoComputingTeachNothing() {
    Duration spread = estimates.serviceSpread();
    estimates.learn(answer(Duration.ZERO));

    assertThat(estimates.serviceTime()).isEqualTo(Duration.ofMillis(250));
    assertThat(estimates.serviceSpread()).isEqualTo(spread);
  }

  @Test
  void aSpreadIsTheStandardDeviation() {
    assertThat(estimates.serviceSpread()).isBetween(Duration.ofMillis(60), Duration.ofMillis(65));
    Random random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      double millis = Math.max(1, random.nextGaussian(400, 100));
      estimates.learn(answer(Duration.ofNanos((long) (millis * 1e6))));
    }

    assertThat(estimates.serviceSpread()).isBetween(Duration.ofMillis(90), Duration.ofMillis(110));
  }

  @Test
  void photosThatAreAllAlikeHaveNoSpread() {
    for (int i = 0; i < 5_000; i++) {
      estimates.learn(answer(Duration.ofMillis(250)));
    }

    assertThat(estimates.serviceSpread()).isLessThan(Duration.ofMillis(1));
  }

  @Test
  void oneHiccupDoesNotTurnThemUpsideDown() {
    estimates.learn(answer(Duration.ofMinutes(10)));

    assertThat(estimates.serviceTime()).isLessThan(Duration.ofMillis(500));
  }

  @Test
  void followARealChangeUpwards() {
    for (int i = 0; i < 60; i++) {
      estimates.learn(answer(Duration.ofSeconds(5)));
    }

    assertThat(estimates.serviceTime()).isGreaterThan(Duration.ofSeconds(3));
  }

  @Test
  void nodesThatBecomeReadyTeachBootTimeAndParallelism() {
    estimates.learn(report(NodeReport.State.BOOTED, Duration.ofSeconds(1), 8));
    assertThat(estimates.parallelism()).isEqualTo(1);

    estimates.learn(report(NodeReport.State.READY, Duration.ofSeconds(15), 2));
    assertThat(estimates.bootTime()).isEqualTo(Duration.ofSeconds(40));
    assertThat(estimates.parallelism()).isEqualTo(2);
  }

  @Test
  void anUnknownLaunchTimeTeachesNothing() {
    estimates.learn(report(NodeReport.State.READY, Duration.ZERO, 0));

    assertThat(estimates.bootTime()).isEqualTo(Duration.ofSeconds(45));
    assertThat(estimates.parallelism()).isEqualTo(1);
  }

  private static Answer answer(Duration service) {
    return Messages.answer("i-1", service);
  }

  private static NodeReport report(NodeReport.State state, Duration sinceLaunch, int parallelism) {
    return new NodeReport("i-1", state, "", SettableClock.START, sinceLaunch, parallelism);
  }
}
