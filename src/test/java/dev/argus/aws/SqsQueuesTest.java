package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.MessageQueue;
import dev.argus.ports.QueueCounts;
import dev.argus.ports.QueueMissingException;
import dev.argus.protocol.WireMessage;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqsQueuesTest {
  @Test
  void aResponseQueueIsCreatedRemovedAndCreatedAgainWhileItIsInUse() {
    try (LocalSqs sqs = new LocalSqs();
        SqsQueues queues =
            new SqsQueues(
                sqs.client(),
                "argus",
                TestAws.settings(),
                LocalSqs.source(TestAws.settings()),
                sqs.system)) {
      MessageQueue queue = queues.named("responses-host-1");
      TestAws.await(queues.delete("responses-host-1")); // nothing to remove is no error
      TestAws.await(queues.create("responses-host-1"));
      TestAws.await(queues.create("responses-host-1"));
      String url = sqs.client().getQueueUrl(r -> r.queueName("responses-host-1")).join().queueUrl();
      assertThat(sqs.client().listQueueTags(r -> r.queueUrl(url)).join().tags())
          .containsEntry("argus:cluster", "argus");
      TestAws.await(queue.send(new WireMessage("reply", Map.of())));
      assertThat(TestAws.await(queue.counts())).isEqualTo(new QueueCounts(1, 0));

      TestAws.await(queues.delete("responses-host-1"));
      assertThat(TestAws.failureOf(queue.counts())).isInstanceOf(QueueMissingException.class);
      TestAws.await(queues.create("responses-host-1"));
      assertThat(TestAws.await(queue.counts())).isEqualTo(new QueueCounts(0, 0));
    }
  }
}
