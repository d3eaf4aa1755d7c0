package dev.argus.batch;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.util.Optional;

/**
 * One photo of a batch, as far as it is known.
 *
 * @param index its place in the form, from 0
 * @param id empty if it was refused
 * @param reply its answer, recognised or failed
 * @param problem why it has no answer, nor will have one
 */
public record BatchPhoto(
    int index,
    String name,
    Optional<PhotoId> id,
    Optional<ClassifyReply> reply,
    Optional<Problem> problem) {

  public boolean isFinished() {
    return reply.isPresent() || problem.isPresent();
  }

  public boolean isRecognised() {
    return reply.filter(ClassifyReply.Recognised.class::isInstance).isPresent();
  }
}
