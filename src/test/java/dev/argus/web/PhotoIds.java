package dev.argus.web;

import dev.argus.protocol.PhotoId;
import java.time.Instant;
import java.util.UUID;

/** Ids of photos that were accepted when the test says. */
final class PhotoIds {
  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private PhotoIds() {}

  /** The {@code number}-th photo of that millisecond. */
  static PhotoId acceptedAt(Instant time, int number) {
    return new PhotoId(new UUID(time.toEpochMilli() << 16 | VERSION_7, VARIANT | number));
  }

  static PhotoId acceptedAt(Instant time) {
    return acceptedAt(time, 0);
  }
}
