package dev.argus.callback;

import java.util.Locale;

/**
 * What a callback waits for.
 *
 * @param id of the photo or of the batch
 */
public record Subject(Kind kind, String id) {
  /** Kinds of work that finish. */
  public enum Kind {
    PHOTO,
    BATCH;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static Subject photo(String id) {
    return new Subject(Kind.PHOTO, id);
  }

  public static Subject batch(String id) {
    return new Subject(Kind.BATCH, id);
  }

  /** The type of the event that tells of it: {@code photo.finished} or {@code batch.finished}. */
  String event() {
    return kind.label() + ".finished";
  }

  /** The webhook's id, the same however often it is asked for: receivers tell repeats by it. */
  String webhookId() {
    return "msg_" + kind.label() + "_" + id;
  }

  @Override
  public String toString() {
    return kind.label() + " " + id;
  }
}
