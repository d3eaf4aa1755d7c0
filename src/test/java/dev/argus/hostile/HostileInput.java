package dev.argus.hostile;

/**
 * A file that a hostile sender might send.
 *
 * @param seed makes the same file again: {@link HostileInputs#of}
 * @param recipe how it was made, in words
 * @param expected what must come of it
 */
record HostileInput(long seed, String recipe, byte[] bytes, Expected expected) {
  /** What must come of a file. */
  enum Expected {
    /** It is a good photo all the same. */
    TAKEN,
    /** It is no photo, or one of too many pixels: its sender hears why. */
    REFUSED,
    /** Whatever the decoder can make of it. */
    EITHER
  }

  @Override
  public String toString() {
    return "HostileInputs.of(%dL): %s, %d bytes, %s"
        .formatted(seed, recipe, bytes.length, expected);
  }
}
