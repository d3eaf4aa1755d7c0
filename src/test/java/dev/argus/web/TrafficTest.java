package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.simulation.SettableClock;
import dev.argus.web.Traffic.ErrorClass;
import dev.argus.web.Traffic.Latency;
import dev.argus.web.Traffic.Place;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private final SettableClock clock = new SettableClock();
  private final Traffic traffic = new Traffic(clock);

  @Test
  void percentilesAreThoseOfTheLastMinute() {
    assertThat(traffic.latency()).isEmpty();
    for (int i = 1; i <= 100; i++) {
      traffic.answered(Duration.ofMillis(10L * i));
    }
    Latency latency = traffic.latency().orElseThrow();
    assertThat(latency.p50()).isCloseTo(500, within(15.0));
    assertThat(latency.p95()).isCloseTo(950, within(15.0));
    assertThat(latency.p99()).isCloseTo(990, within(15.0));

    clock.advance(Traffic.WINDOW.multipliedBy(2));
    assertThat(traffic.latency()).isEmpty();
    traffic.answered(Duration.ofMillis(20));
    assertThat(traffic.latency().orElseThrow().p99()).isCloseTo(20, within(1.0));
    assertThat(traffic.answered()).isEqualTo(101);
  }

  @Test
  void errorsAreCountedByClassAndClassesAreBounded() {
    traffic.error(Place.FAILED, "undecodable");
    traffic.error(Place.FAILED, "undecodable");
    traffic.error(Place.STATUS, "503");
    assertThat(traffic.errors())
        .containsEntry(new ErrorClass(Place.FAILED, "undecodable"), 2L)
        .containsEntry(new ErrorClass(Place.STATUS, "503"), 1L);
    for (int i = 0; i < 1000; i++) {
      traffic.error(Place.FAILED, "made-up-" + i);
    }
    traffic.error(Place.FAILED, "undecodable");
    assertThat(traffic.errors()).hasSizeLessThan(70);
    assertThat(traffic.errors()).containsEntry(new ErrorClass(Place.FAILED, "undecodable"), 3L);
    assertThat(traffic.errors().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(1004);
  }
}
