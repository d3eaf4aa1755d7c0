package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.simulation.SettableClock;
import dev.argus.web.Traffic.ErrorClass;
import dev.argus.web.Traffic.Place;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpsHistoryTest {
  private static final ErrorClass ERROR = new ErrorClass(Place.STATUS, "500");

  private final SettableClock clock = new SettableClock();
  private final OpsHistory history = new OpsHistory();

  private void add(long answered) {
    ObjectNode numbers = JsonNodeFactory.instance.objectNode().put("waiting", answered);
    history.add(new OpsHistory.Point(clock.instant(), answered, Map.of(ERROR, answered), numbers));
  }

  @Test
  void itHoldsAQuarterOfAnHourAndNoMore() {
    for (int i = 0; i < OpsHistory.SIZE + 20; i++) {
      add(i);
      clock.advance(OpsHistory.STEP);
    }
    JsonNode json = history.toJson(List.of("waiting", "ready"));
    assertThat(json.path("at")).hasSize(180);
    assertThat(json.path("waiting")).hasSize(180);
    assertThat(json.path("waiting").path(0).asInt()).as("the oldest went").isEqualTo(20);
    assertThat(json.path("waiting").path(179).asInt()).isEqualTo(199);
    assertThat(json.path("at").path(1).asLong() - json.path("at").path(0).asLong()).isEqualTo(5);
    assertThat(json.path("ready").path(0).isNull()).as("not known").isTrue();
    assertThat(history.errorsBefore()).containsEntry(ERROR, 20L);
  }

  @Test
  void ratesAreOverTheLatestTwoPoints() {
    assertThat(history.rate(10, clock.instant())).isZero();
    add(0);
    assertThat(history.rate(10, clock.instant())).as("no time has passed").isZero();
    clock.advance(OpsHistory.STEP);
    assertThat(history.rate(10, clock.instant())).isEqualTo(2);
    add(10);
    clock.advance(OpsHistory.STEP);
    assertThat(history.rate(60, clock.instant())).isEqualTo(6);
    add(60);
    clock.advance(OpsHistory.STEP);
    assertThat(history.rate(60, clock.instant())).as("10 to 60 in 10 s").isEqualTo(5);
  }
}
