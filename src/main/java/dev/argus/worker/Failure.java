package dev.argus.worker;

import dev.argus.ports.Completions;
import dev.argus.ports.NodeUnfitException;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;

/**
 * What a failure says, and so what follows from it.
 *
 * <ul>
 *   <li><em>Permanent</em>, the photo: it can never be recognised, and is answered so at once.
 *   <li><em>Transient</em>, the world: tried again inside the node with back-off and jitter, while
 *       the node receives no more (see {@link Outages}); then by redelivery; then dead-lettered
 *       (see {@link Attempts}). Where the network fails so, the node tests itself first, and a test
 *       that fails too is fatal.
 *   <li><em>Fatal</em>, this node: it gives back what it holds, says why, and leaves (see {@link
 *       Fitness}).
 * </ul>
 */
public sealed interface Failure {
  /** The photo can never be recognised. */
  record Permanent(Problem problem) implements Failure {}

  /** It may work another time, or elsewhere. */
  record Transient(Throwable cause) implements Failure {}

  /**
   * Nothing will work on this node.
   *
   * @param why for people
   */
  record Fatal(String why) implements Failure {}

  /**
   * The class of a failure.
   *
   * <p>Fatal are a classifier that says so, classes or native libraries that do not link, a JVM
   * that is broken, and native memory that is used up, which the decoder says with an {@link
   * OutOfMemoryError} too. A heap that is full does not come here where {@code scripts/argus}
   * started the JVM: it exits at once, for nobody knows what else has failed by then, and what it
   * held is received anew when the leases have run out. A stack that was too deep says something of
   * the photo, if anything. Credentials that are refused are transient: those of a node are renewed
   * under way, and a node whose credentials never work has its patience with S3 or its queue end.
   */
  static Failure of(Throwable failure) {
    Throwable cause = Completions.cause(failure);
    if (cause instanceof PhotoException photo) {
      return new Permanent(photo.problem());
    }
    boolean fatal =
        cause instanceof NodeUnfitException
            || cause instanceof LinkageError
            || (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError));
    return fatal ? new Fatal(describe(cause)) : new Transient(cause);
  }

  /** What a person needs to hear of it: our own messages say it all, others need their type. */
  static String describe(Throwable failure) {
    Throwable cause = Completions.cause(failure);
    return cause instanceof NodeUnfitException ? cause.getMessage() : cause.toString();
  }
}
