package dev.argus.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class VirtualSystemTest {
  @Test
  void actorsLiveInVirtualTimeOnOneThread() {
    List<String> seen = new ArrayList<>();
    try (VirtualSystem virtual = new VirtualSystem(ConfigFactory.load())) {
      VirtualTime time = virtual.time();
      ActorRef<String> actor =
          virtual
              .system()
              .systemActorOf(
                  Behaviors.<String>withTimers(
                      timers -> {
                        timers.startTimerWithFixedDelay("tick", Duration.ofHours(1));
                        return Behaviors.receiveMessage(
                            message -> {
                              seen.add(message + " at " + Duration.ofNanos(time.nanos()));
                              return Behaviors.same();
                            });
                      }),
                  "actor",
                  Props.empty());
      actor.tell("first");
      assertThat(seen).isEmpty();
      time.run(Duration.ofMinutes(150).toNanos(), () -> false);

      assertThat(seen).containsExactly("first at PT0S", "tick at PT1H", "tick at PT2H");
      assertThat(time.instant()).isEqualTo(VirtualTime.EPOCH.plus(Duration.ofMinutes(150)));
    }
  }

  private static Optional<Throwable> errorAfter(Consumer<ActorSystem<?>> what) {
    try (VirtualSystem virtual = new VirtualSystem(ConfigFactory.load())) {
      virtual.time().doNow();
      assertThat(virtual.error()).isEmpty();
      what.accept(virtual.system());
      virtual.time().doNow();
      return virtual.error().flatMap(ErrorLog.Entry::cause);
    }
  }

  @Test
  void keepsWhatAnActorOrAStreamFailsWith() {
    IllegalStateException failure = new IllegalStateException("broken");
    Behavior<String> failing =
        Behaviors.receiveMessage(
            message -> {
              throw failure;
            });

    assertThat(
            errorAfter(
                system -> system.systemActorOf(failing, "failing", Props.empty()).tell("do it")))
        .contains(failure);
    assertThat(
            errorAfter(
                system ->
                    Source.<Integer, Integer>unfold(
                            0,
                            n -> {
                              throw failure;
                            })
                        .runWith(Sink.ignore(), system)))
        .contains(failure);
  }

  @Test
  void keepsNoErrorThatIsDealtWith() {
    try (VirtualSystem virtual = new VirtualSystem(ConfigFactory.load())) {
      Logger log = (Logger) LoggerFactory.getLogger(getClass());
      log.setLevel(Level.OFF);
      log.error("dealt with", new IllegalStateException());

      assertThat(virtual.error()).isEmpty();
    }
  }

  @Test
  void whatIsDueAtOneTimeRunsInTheOrderInWhichItWasScheduled() {
    VirtualTime time = new VirtualTime();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      int number = i;
      Cancellable task = time.after(Duration.ofSeconds(1), () -> order.add(number));
      if (number % 5 != 0) {
        task.cancel(); // so many that they are cleared away
      }
    }
    time.after(Duration.ofSeconds(1), () -> time.execute(() -> order.add(-1)));
    time.after(Duration.ofSeconds(1), () -> order.add(-2));
    time.run(Long.MAX_VALUE / 2, () -> false);

    assertThat(order).hasSize(1_002).endsWith(4_995, -1, -2);
    assertThat(order.subList(0, 1_000)).isSorted();
  }

  @Test
  void aCallFromAnotherThreadEndsTheRun() {
    VirtualTime time = new VirtualTime();
    CompletableFuture<Void> elsewhere = CompletableFuture.runAsync(() -> time.execute(() -> {}));
    assertThatThrownBy(elsewhere::join).hasRootCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> time.run(1, () -> false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a thread of its own");
  }
}
