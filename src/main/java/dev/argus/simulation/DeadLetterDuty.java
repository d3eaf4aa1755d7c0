package dev.argus.simulation;

import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import dev.argus.protocol.StageTimes;
import dev.argus.protocol.WireMessage;
import java.util.Map;
import org.apache.pekko.util.ByteString;

/**
 * Answers photos that were given up, at once, as the web node that leads does after a moment: that
 * one's duties beside scaling are not simulated.
 */
final class DeadLetterDuty implements SimulatedQueue.Listener {
  private final World world;

  DeadLetterDuty(World world) {
    this.world = world;
  }

  @Override
  public void sent(WireMessage message) {
    PhotoId id = Photos.id(message);
    ClassifyReply reply =
        new ClassifyReply.Failed(
            id, "photo.jpg", Problem.Kind.DEAD_LETTERED.because("Its nodes ended too often."));
    world
        .store()
        .putIfAbsent(
            Bucket.OUTPUT,
            ObjectKeys.result(id),
            new StoredObject(
                ByteString.fromString(Codec.toJson(reply)), "application/json", Map.of()));
    world.responses().send(Codec.encode(new Answer(reply, "", StageTimes.none())));
  }
}
