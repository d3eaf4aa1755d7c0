package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.protocol.BootStage;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BootTimesTest {
  private static final Instant LAUNCH = Instant.ofEpochMilli(1_764_308_000_000L);

  @Test
  void everyStageTookTheTimeSinceTheOneBeforeItAndTheFirstSinceTheLaunch() {
    BootTimes boot =
        BootTimes.of(
            "user-data=1764308012000 packages=1764308030500 release=1764308031000"
                + " unit=1764308031250");
    boot.reached(BootStage.JVM, LAUNCH.plusMillis(31_750));
    boot.reached(BootStage.MODEL, LAUNCH.plusMillis(33_000));

    assertThat(boot.taken(Optional.of(LAUNCH)))
        .isEqualTo(
            Map.of(
                BootStage.USER_DATA, Duration.ofSeconds(12),
                BootStage.PACKAGES, Duration.ofMillis(18_500),
                BootStage.RELEASE, Duration.ofMillis(500),
                BootStage.UNIT, Duration.ofMillis(250),
                BootStage.JVM, Duration.ofMillis(500),
                BootStage.MODEL, Duration.ofMillis(1250)));
  }

  @Test
  void withoutAnInstallStageTheFirstStageIsTheJvm() {
    BootTimes boot = BootTimes.of("");
    boot.reached(BootStage.JVM, LAUNCH.plusSeconds(1));

    assertThat(boot.taken(Optional.of(LAUNCH)))
        .isEqualTo(Map.of(BootStage.JVM, Duration.ofSeconds(1)));
    assertThat(boot.taken(Optional.empty())).isEmpty();
  }

  @Test
  void whatCannotBeReadAndWhatEndedBeforeItBeganIsLeftOut() {
    BootTimes boot =
        BootTimes.of(
            "user-data=soon lunch=1764308012000 packages=1764308040000 unit=1764308020000");

    assertThat(boot.taken(Optional.of(LAUNCH)))
        .isEqualTo(Map.of(BootStage.PACKAGES, Duration.ofSeconds(40)));
  }
}
