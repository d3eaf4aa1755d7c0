package dev.argus.worker;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Problem;
import dev.argus.protocol.StageTimes;
import org.apache.pekko.util.ByteString;

/** How far one photo has come on this node; each step of the stream takes it one further. */
sealed interface Work {
  Delivery delivery();

  /** Answered as failed, which is to be stored like any answer. */
  static Work failed(Delivery delivery, ClassifyRequest request, Problem problem) {
    return new ToStore(
        delivery,
        request,
        new ClassifyReply.Failed(request.id(), request.name(), problem),
        StageTimes.none());
  }

  /** To be recognised. */
  record ToClassify(Delivery delivery, ClassifyRequest request, ByteString photo) implements Work {}

  /** Recognised or failed, to be stored. */
  record ToStore(Delivery delivery, ClassifyRequest request, ClassifyReply reply, StageTimes times)
      implements Work {}

  /** The result is in S3, to be replied. */
  record ToReply(Delivery delivery, ClassifyRequest request, ClassifyReply reply, StageTimes times)
      implements Work {}

  /** Nothing is left to do but to acknowledge. */
  record Done(Acknowledgement acknowledgement) implements Work {
    @Override
    public Delivery delivery() {
      return acknowledgement.delivery();
    }
  }
}
