package dev.argus.worker;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.MessageQueue;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Renews the leases on what the node holds, until it is stopped. A lease that turns out to be lost
 * is not renewed again: another node may have the photo, and which of the two ends first does not
 * matter.
 */
final class Leases {
  private final UniqueKillSwitch ticks;
  private final CompletionStage<Done> ended;

  private Leases(UniqueKillSwitch ticks, CompletionStage<Done> ended) {
    this.ticks = ticks;
    this.ended = ended;
  }

  static Leases renew(
      ActorSystem<?> system,
      MessageQueue requests,
      Intake intake,
      Events events,
      Duration interval) {
    var running =
        Source.tick(interval, interval, Done.getInstance())
            .viaMat(KillSwitches.single(), Keep.right())
            .mapConcat(tick -> intake.renewals())
            .via(requests.renewals())
            .map(events::acted)
            .toMat(
                Sink.foreach(
                    ack -> {
                      if (ack instanceof Acknowledgement.Stale stale) {
                        intake.leaseLost(stale.delivery());
                      }
                    }),
                Keep.both())
            .run(system);
    return new Leases(running.first(), running.second());
  }

  /** Renews no more; done when no renewal is under way that could hide what is given back. */
  CompletionStage<Done> stop() {
    ticks.shutdown();
    return ended;
  }
}
