package dev.argus.image;

import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;

/** Makes the exception for a photo whose bytes are broken. */
final class Undecodable {
  private Undecodable() {}

  static PhotoException because(String detail) {
    return new PhotoException(Problem.Kind.UNDECODABLE.because(detail));
  }

  static PhotoException because(String detail, Throwable cause) {
    return new PhotoException(Problem.Kind.UNDECODABLE.because(detail), cause);
  }
}
