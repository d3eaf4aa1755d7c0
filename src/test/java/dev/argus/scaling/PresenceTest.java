package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
import dev.argus.ports.Fleet.State;
import dev.argus.simulation.SettableClock;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceTest {
  private final Presence presence = new Presence();

  private static Fleet.Node node(int number, State state) {
    return new Fleet.Node("i-" + number, number, state, SettableClock.START, "");
  }

  @Test
  void aNodeThatIsLeftOutOnceIsStillThere() {
    Fleet.Node one = node(1, State.RUNNING);
    Fleet.Node two = node(2, State.PENDING);
    for (int i = 0; i < 3; i++) {
      assertThat(presence.after(List.of(one, two))).containsExactly(one, two);
      assertThat(presence.after(List.of(two))).containsExactlyInAnyOrder(one, two);
    }
  }

  @Test
  void aNodeThatIsLeftOutTwiceInARowIsGone() {
    presence.after(List.of(node(1, State.RUNNING)));
    presence.after(List.of());
    assertThat(presence.after(List.of())).isEmpty();
  }

  @Test
  void aNodeThatWasEndingIsGoneAtOnce() {
    presence.after(List.of(node(1, State.SHUTTING_DOWN)));
    assertThat(presence.after(List.of())).isEmpty();
  }
}
