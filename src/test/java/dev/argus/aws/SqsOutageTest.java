package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.localaws.EmbeddedSqs;
import dev.argus.ports.Delivery;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.WireMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.Test;

class SqsOutageTest {
  private static final WireMessage MESSAGE = new WireMessage("after the outage", Map.of());

  @Test
  void anOutageFailsSendsWithinTheirTimeAndTheSourceReceivesAgainAfterIt() {
    try (LocalSqs sqs = new LocalSqs()) {
      String name = sqs.newQueue();
      SqsQueue queue = sqs.queue(name);
      TestAws.await(queue.counts());
      CompletionStage<Delivery> head =
          queue.deliveries(ReceiveGate.open(10)).runWith(Sink.head(), sqs.system);
      int port = sqs.server.endpoint().getPort();
      sqs.server.close();

      Instant before = Instant.now();
      TestAws.failureOf(queue.send(MESSAGE));
      TestAws.failureOf(queue.counts());
      assertThat(Duration.between(before, Instant.now()))
          .isLessThan(TestAws.CALL_TIMEOUT.multipliedBy(2));

      try (EmbeddedSqs again = EmbeddedSqs.start(Optional.empty(), port, LocalSqs.CREDENTIALS)) {
        TestAws.await(new QueueSetup(sqs.client()).ensureQueue(name, Map.of()));
        TestAws.await(queue.send(MESSAGE));
        assertThat(TestAws.await(head).message()).isEqualTo(MESSAGE);
      }
    }
  }
}
