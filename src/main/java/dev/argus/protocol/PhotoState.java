package dev.argus.protocol;

/** The one state that an accepted photo is in. */
public enum PhotoState {
  /** An answer is owed. */
  PENDING,
  /** Recognised. */
  ANSWERED,
  /** Never to be recognised, with the reason. */
  FAILED,
  /**
   * Given up after repeated attempts, and kept for the operator. A photo that the operator sends
   * again stays so until its new answer comes.
   */
  DEAD_LETTERED;

  /** For people. */
  public String inWords() {
    return switch (this) {
      case PENDING -> "pending";
      case ANSWERED -> "recognised";
      case FAILED -> "failed";
      case DEAD_LETTERED -> "dead-lettered";
    };
  }

  /** The state of a photo with this reply. */
  public static PhotoState of(ClassifyReply reply) {
    if (reply instanceof ClassifyReply.Failed failed) {
      return failed.problem().is(Problem.Kind.DEAD_LETTERED) ? DEAD_LETTERED : FAILED;
    }
    return ANSWERED;
  }
}
