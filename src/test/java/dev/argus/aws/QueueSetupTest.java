package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.NamesSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.QueueCounts;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.WireMessage;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.Test;

class QueueSetupTest {
  @Test
  void createsTheQueuesAgainAndAgainAndSqsDeadLettersAfterTheLastReceive() {
    NamesSettings names = TestAws.argus().names();
    try (LocalSqs sqs = new LocalSqs()) {
      QueueSetup setup = new QueueSetup(sqs.client());
      TestAws.await(setup.create(names, Duration.ofSeconds(30), 5));
      TestAws.await(setup.create(names, Duration.ofSeconds(60), 2));

      SqsQueue requests = sqs.queue(names.requestQueue());
      TestAws.await(requests.send(new WireMessage("poison", Map.of())));
      for (int receive = 1; receive <= 2; receive++) {
        Delivery delivery =
            TestAws.await(
                requests.deliveries(ReceiveGate.open(1)).runWith(Sink.head(), sqs.system));
        assertThat(delivery.receiveCount()).isEqualTo(receive);
        TestAws.await(
            Source.single(Acknowledgement.giveBack(delivery))
                .via(requests.acknowledgements())
                .runWith(Sink.head(), sqs.system));
      }
      // SQS moves it when it would be received for the third time.
      String url =
          sqs.client().getQueueUrl(r -> r.queueName(names.requestQueue())).join().queueUrl();
      assertThat(sqs.client().receiveMessage(r -> r.queueUrl(url)).join().messages()).isEmpty();
      Delivery dead =
          TestAws.await(
              sqs.queue(names.deadLetterQueue())
                  .deliveries(ReceiveGate.open(1))
                  .runWith(Sink.head(), sqs.system));
      assertThat(dead.message().body()).isEqualTo("poison");
      assertThat(TestAws.await(sqs.queue(names.responseQueue()).counts()))
          .isEqualTo(new QueueCounts(0, 0));
    }
  }
}
