package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Delivery;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.WireMessage;
import dev.argus.simulation.InMemoryObjectStore;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttemptsTest {
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final Attempts attempts = new Attempts(store, Nodes.settings(0));
  private final PhotoId photo = PhotoId.random();

  private boolean begin(int receive) {
    return attempts
        .begin(
            photo,
            new Delivery(
                "m", "receipt-" + receive, receive, Instant.EPOCH, new WireMessage("", Map.of())))
        .toCompletableFuture()
        .join();
  }

  @Test
  void threeAttemptsAloneAreAllThereAre() {
    assertThat(begin(3)).isTrue();
    assertThat(begin(4)).isTrue();
    assertThat(begin(5)).isTrue();
    assertThat(begin(6)).isFalse();
  }

  /** As when S3 is so slow that the answers to its writes come too late. */
  @Test
  void anAttemptThatIsCountedAgainSinceTheAnswerWasLostIsCountedOnce() {
    for (int i = 0; i < 10; i++) {
      assertThat(begin(3)).isTrue();
    }
    assertThat(begin(4)).isTrue();
  }
}
