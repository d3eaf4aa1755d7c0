package dev.argus.chaos;

/**
 * A promise that was broken.
 *
 * @param text with the photo's number and id, for whoever reads the logs
 */
record Violation(Kind kind, String text) {
  enum Kind {
    /** A photo without its answer. */
    LOST,
    /** An answer that is not the right one, or not this photo's. */
    WRONG,
    /** Two answers to one photo, or two jobs. */
    DUPLICATE,
    /** A good photo that was given up. */
    DEAD_LETTERED,
    /** Something that should have ended or emptied. */
    LEFT_OVER,
    /** A ledger that does not agree with what is there. */
    MISCOUNTED
  }
}
