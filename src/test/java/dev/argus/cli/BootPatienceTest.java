package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BootPatienceTest {
  private final CompletableFuture<String> stop = new CompletableFuture<>();
  private final AtomicInteger asked = new AtomicInteger();

  private BootPatience patience(Duration backoff, Duration patience) {
    return new BootPatience(new Backoff(backoff, backoff), patience, stop);
  }

  private CompletableFuture<String> fail() {
    asked.incrementAndGet();
    return CompletableFuture.failedFuture(new IOException("no route to host"));
  }

  @Test
  void aMetadataServiceThatIsLateIsAskedAgain() throws Exception {
    String id =
        patience(Duration.ofMillis(1), Duration.ofMinutes(1))
            .ask(
                "the id",
                () -> asked.get() < 5 ? fail() : CompletableFuture.completedFuture("i-1"));
    assertThat(id).isEqualTo("i-1");
    assertThat(asked).hasValue(5);
  }

  @Test
  void thePatienceEndsAndSaysWhatFailed() {
    assertThatThrownBy(
            () ->
                patience(Duration.ofMillis(10), Duration.ofMillis(100))
                    .ask("the id of this instance", this::fail))
        .isInstanceOf(BootPatience.BootFailedException.class)
        .hasMessageContaining("the id of this instance")
        .hasMessageContaining("argus.worker.identity-patience")
        .hasMessageContaining("no route to host");
    assertThat(asked).hasValueBetween(2, 20);
  }

  @Test
  void aProcessThatIsToldToStopAsksNoMore() {
    stop.complete("it was told to stop");
    assertThatThrownBy(
            () -> patience(Duration.ofHours(1), Duration.ofHours(9)).ask("the id", this::fail))
        .isInstanceOf(BootPatience.BootFailedException.class)
        .hasMessage("it was told to stop");
    assertThat(asked).hasValue(1);
  }
}
