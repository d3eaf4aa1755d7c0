package dev.argus.story;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * One thing that happened to a photo.
 *
 * @param at when; empty if that is not known
 * @param where who says so: S3, or the node whose log it is
 * @param what in words; may quote what others sent
 */
public record StoryEvent(Optional<Instant> at, String where, String what) {
  /** In the order of time; what has none comes last. */
  static final Comparator<StoryEvent> ORDER =
      Comparator.comparing(event -> event.at().orElse(Instant.MAX));
}
