package dev.argus.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.InvalidSettingException;
import dev.argus.traffic.Arrivals;
import dev.argus.traffic.Family;
import dev.argus.traffic.Poisson;
import dev.argus.traffic.Trace;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadSettingsTest {
  private static final URI URL = URI.create("http://argus/");
  private static final Path PHOTOS = Path.of("photos");

  @TempDir Path folder;

  @Test
  void refusalsAreRetriedInAClosedLoopAndMeasuredInAnOpenOne() {
    Workload open = open(new Poisson(1), Duration.ZERO, Duration.ZERO);
    assertThat(LoadSettings.of(URL, PHOTOS, 1, 1).client().retries().times()).isEqualTo(60);
    assertThat(LoadSettings.of(URL, PHOTOS, open).client().retries().times()).isZero();
    assertThat(LoadSettings.of(URL, PHOTOS, open).withRetries(3).client().retries().times())
        .isEqualTo(3);
  }

  @Test
  void whatIsOutOfRangeIsNamed() throws IOException {
    LoadSettings settings = LoadSettings.of(URL, PHOTOS, 1, 1);
    assertWrong(() -> LoadSettings.of(URL, PHOTOS, 0, 1), "requests");
    assertWrong(() -> LoadSettings.of(URL, PHOTOS, 1, 0), "concurrency");
    assertWrong(() -> LoadSettings.of(URL, PHOTOS, 1, 10_001), "concurrency");
    assertWrong(() -> settings.withMaxKeptBytes(-1), "bytes kept");
    assertWrong(() -> open(new Poisson(1), seconds(-1), Duration.ZERO), "ramp");
    assertWrong(() -> open(new Poisson(1), seconds(61), Duration.ZERO), "ramp");
    assertWrong(() -> open(new Poisson(1), Duration.ZERO, seconds(60)), "warm-up");
    assertWrong(() -> new Thresholds(Optional.of(Duration.ZERO), 0), "p99");
    assertWrong(() -> new Thresholds(Optional.empty(), 1.5), "errors");
    Trace trace = Trace.read(Files.writeString(folder.resolve("trace.csv"), "1\n"));
    assertWrong(() -> open(trace, seconds(1), Duration.ZERO), "ramp");
    Arrivals family = Family.FLASH.arrivals(1, seconds(60));
    assertWrong(() -> open(family, seconds(1), Duration.ZERO), "ramp");
  }

  private static Workload open(Arrivals arrivals, Duration ramp, Duration warmUp) {
    return new Workload(Optional.of(arrivals), 10, 100, Optional.of(seconds(60)), ramp, warmUp);
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static void assertWrong(Runnable settings, String name) {
    assertThatThrownBy(settings::run)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("found");
  }
}
