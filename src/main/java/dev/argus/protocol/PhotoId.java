package dev.argus.protocol;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The identity of one accepted photo: a UUID of version 7.
 *
 * <p>Its first 48 bits are the time of acceptance in milliseconds since 1970 (RFC 9562, section
 * 5.7), so ids sort by time, and "everything accepted since" is one listing of a bucket that starts
 * after {@link #floor(Instant)}.
 */
public record PhotoId(UUID uuid) implements Comparable<PhotoId> {

  public PhotoId {
    Uuid7.check(uuid);
  }

  /** A new id, stamped with the present time. */
  public static PhotoId random() {
    return new PhotoId(Uuid7.random());
  }

  /** Reads the text form; empty for anything that is not the canonical form of a version 7 UUID. */
  public static Optional<PhotoId> parse(String text) {
    return Uuid7.parse(text).map(PhotoId::new);
  }

  /** The smallest text that sorts before every id accepted at {@code time} or later. */
  public static String floor(Instant time) {
    long millis = Math.max(0, time.toEpochMilli());
    return new UUID(millis << 16, 0L).toString();
  }

  /** When the photo was accepted, to the millisecond. */
  public Instant acceptedAt() {
    return Uuid7.time(uuid);
  }

  @Override
  public int compareTo(PhotoId other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return uuid.toString();
  }
}
