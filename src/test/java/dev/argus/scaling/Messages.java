package dev.argus.scaling;

import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.StageTimes;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.util.List;

/** What app nodes send. */
final class Messages {
  private Messages() {}

  static Answer answer(String node, Duration service) {
    return new Answer(
        new ClassifyReply.Recognised(
            PhotoId.random(), "cat.jpg", List.of(new Prediction("tabby", 0.9)), "test"),
        node,
        new StageTimes(Duration.ZERO, Duration.ZERO, service, service));
  }

  static NodeReport report(String node, NodeReport.State state) {
    return new NodeReport(node, state, "", SettableClock.START, Duration.ZERO, 1);
  }
}
