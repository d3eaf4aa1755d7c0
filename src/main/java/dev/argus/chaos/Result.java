package dev.argus.chaos;

/** What a client was told about its photo in the end. */
sealed interface Result {
  /** A label. */
  record Recognised(String id, String name, String label) implements Result {}

  /**
   * It was accepted, and cannot be recognised.
   *
   * @param problem the type of the problem
   */
  record Failed(String id, String name, String problem) implements Result {}

  /** It was not accepted, and will not be. */
  record Refused(int status, String title) implements Result {}

  /** Something that no client should ever see. */
  record Odd(String what) implements Result {}

  /** Nothing, for so long that the client gave up. */
  record None(String lastTrouble) implements Result {}
}
