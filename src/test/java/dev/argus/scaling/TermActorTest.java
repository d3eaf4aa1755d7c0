package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.scaling.Decision.Verdict;
import dev.argus.simulation.CountedQueue;
import dev.argus.simulation.InMemoryFleet;
import dev.argus.simulation.SettableClock;
import dev.argus.simulation.SteppedScheduler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TermActorTest {
  private final ActorTestKit kit = ActorTestKit.create(SteppedScheduler.config());
  private final SteppedScheduler time = SteppedScheduler.of(kit.system());
  private final SettableClock clock = new SettableClock();
  private final CountedQueue queue = new CountedQueue();
  private final InMemoryFleet fleet = new InMemoryFleet(clock);
  private final DecisionLog decisions = new DecisionLog(100);
  private final Forecast forecast = new Forecast();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private ActorRef<TermActor.Command> terms;

  @BeforeEach
  void start() {
    terms =
        kit.spawn(
            TermActor.create(
                Settings.scaling(),
                new BacklogPolicy(),
                new ScalerActor.Surroundings(
                    "argus",
                    queue,
                    fleet,
                    () -> 0,
                    decisions,
                    forecast,
                    nodes -> {},
                    word -> {},
                    clock,
                    new Random(1),
                    meters)));
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void looksWhileThisWebNodeLeadsAndNotBeforeOrAfter() {
    queue.holds(100, 0);
    pass(Duration.ofMinutes(5));
    assertThat(queue.reads()).isZero();

    terms.tell(new TermActor.Begin(term(1)));
    await().until(() -> fleet.launchCalls().size() == 1);
    pass(Duration.ofSeconds(2));
    await().until(() -> gauge("booting") >= 1);
    assertThat(forecast.timeToAnswer(0)).isPositive();

    terms.tell(new TermActor.End("the web node of another does, generation 2"));
    await().until(() -> latest().verdict() == Verdict.FOLLOWING);
    assertThat(latest().reason())
        .isEqualTo("this web node does not lead: the web node of another does, generation 2");
    await().until(() -> forecast.timeToAnswer(0).isZero());
    await().until(() -> gauge("booting") == 0);
    int reads = queue.reads();
    pass(Duration.ofMinutes(5));
    assertThat(queue.reads()).isEqualTo(reads);
  }

  @Test
  void eachTermHasAControllerOfItsOwn() {
    queue.holds(1, 0);
    terms.tell(new TermActor.Begin(term(1)));
    await().until(() -> fleet.launchCalls().size() == 1);
    terms.tell(new TermActor.End("the lease was not renewed in time"));
    fleet.remove(fleet.existing().get(0).id());
    terms.tell(new TermActor.Begin(term(4)));
    await().until(() -> fleet.launchCalls().size() == 2);

    assertThat(fleet.launchCalls())
        .extracting(InMemoryFleet.LaunchCall::clientToken)
        .containsExactly("argus-1-1-1.p1", "argus-1-4-1.p1");
    assertThat(meters.find("argus.scaling.nodes").gauges()).hasSize(5);
  }

  @Test
  void whatAppNodesSayIsLearntBetweenTermsToo() {
    for (int i = 0; i < 200; i++) {
      terms.tell(
          new TermActor.Pass(
              new ScalerActor.ResponseSeen(Messages.answer("i-x", Duration.ofMillis(5)))));
    }
    queue.holds(1000, 0);
    terms.tell(new TermActor.Begin(term(1)));

    await().until(() -> !decisions.entries().isEmpty());
    assertThat(latest().observation().orElseThrow().serviceTime())
        .isLessThan(Duration.ofMillis(20));
  }

  private static Term term(long generation) {
    return new Term(
        generation,
        List.of(),
        () -> true,
        launches -> CompletableFuture.completedFuture(Done.getInstance()));
  }

  private Decision latest() {
    return decisions.entries().get(0).decision();
  }

  private double gauge(String state) {
    return meters.get("argus.scaling.nodes").tag("state", state).gauge().value();
  }

  private void pass(Duration duration) {
    clock.advance(duration);
    time.timePasses(duration);
  }
}
