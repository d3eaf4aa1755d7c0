package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.config.ArgusSettings;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.ResponseMessage;
import dev.argus.protocol.StageTimes;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What no message on the response queue can do: keep the replies behind it from their clients. */
class ReplyStreamTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration BEYOND_RECKONING = Duration.ofSeconds(Long.MAX_VALUE);
  private static final Instant BEYOND_NANOSECONDS = Instant.parse("+10000-01-01T00:00:00Z");

  private final SettableClock clock = new SettableClock();
  private final InMemoryQueue responses = new InMemoryQueue(clock);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Overtaking overtaking = new Overtaking(Duration.ofSeconds(10));
  private final ActorRef<ReplyRouter.Command> router = KIT.spawn(ReplyRouter.create());

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private void overtaking(ResponseMessage message) {
    if (message instanceof Answer answer) {
      overtaking.answered(answer, clock.instant());
    }
  }

  private record Sent(ClassifyReply reply, TestProbe<ClassifyReply> client) {}

  private Sent send(Instant acceptedAt, int number, StageTimes times) {
    PhotoId id = PhotoIds.acceptedAt(acceptedAt, number);
    TestProbe<ClassifyReply> client = KIT.createTestProbe();
    router.tell(ReplyRouter.Register.of(id, client.ref()));
    ClassifyReply reply =
        new ClassifyReply.Recognised(id, "a.png", List.of(new Prediction("cat", 1)), "m");
    responses.send(Codec.encode(new Answer(reply, "i-1", times)));
    return new Sent(reply, client);
  }

  private Sent sendOrdinary() {
    return send(clock.instant(), 99, StageTimes.none());
  }

  private void assertAllArrive(Consumer<ResponseMessage> listener, int malformed, Sent... replies) {
    var running =
        new ReplyStream(
                KIT.system(),
                router,
                listener,
                new Ledger(ArgusSettings.load(Map.of()).ledger(), clock),
                failure -> {},
                new WebMetrics(meters, clock))
            .run(responses, 1);
    try {
      for (Sent sent : replies) {
        sent.client().expectMessage(PATIENCE, sent.reply());
      }
      await().until(() -> responses.contents().isEmpty());
    } finally {
      running.shutdown();
    }
    assertThat(responses.acknowledged()).as("each once").hasSize(responses.sent().size());
    assertThat(meters.counter("argus.replies.malformed").count()).isEqualTo(malformed);
  }

  @Test
  void timesBeyondAllReckoningAreCountedAndTheReplyAndTheNextReachTheirClients() {
    Duration one = Duration.ofMillis(1);
    Sent first = send(clock.instant(), 1, new StageTimes(BEYOND_RECKONING, one, one, one));
    Sent second = send(clock.instant(), 2, new StageTimes(one, BEYOND_RECKONING, one, one));
    Sent third = send(BEYOND_NANOSECONDS, 3, StageTimes.none());
    assertAllArrive(this::overtaking, 3, first, second, third, sendOrdinary());
  }

  @Test
  void aListenerThatFailsHoldsNothingUp() {
    responses.send(
        Codec.encode(
            new NodeReport("i-1", NodeReport.State.READY, "", clock.instant(), Duration.ZERO, 1)));
    Sent reply = sendOrdinary();
    assertAllArrive(
        message -> {
          throw new ArithmeticException("long overflow");
        },
        2,
        reply);
  }
}
