package dev.argus.story;

import dev.argus.protocol.PhotoId;
import java.io.IOException;
import java.util.List;

/** Finds what nodes have logged of a photo. */
public interface PhotoLogs {
  /** The most lines that one photo can have; what is more is left out. */
  int MAX_LINES = 1000;

  /**
   * What the logs say of a photo, in any order.
   *
   * @throws IOException if they cannot be read, with what to do in its message
   */
  List<StoryEvent> of(PhotoId id) throws IOException;
}
