package dev.argus.simulation;

import dev.argus.protocol.PhotoId;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The ids of a run's photos: UUIDs of version 7 that hold when the photo arrived, to the
 * microsecond, and its number, so that nothing need be kept for each photo.
 */
final class Photos {
  private static final long VERSION = 7L << 12;
  private static final long VARIANT = 1L << 63;

  private Photos() {}

  /**
   * @param number of the arrival, from 0
   */
  static PhotoId id(long micros, long number) {
    long millis = VirtualTime.EPOCH.toEpochMilli() + micros / 1000;
    return new PhotoId(new UUID(millis << 16 | VERSION | micros % 1000, VARIANT | number));
  }

  /** When it arrived, in microseconds since the run began. */
  static long micros(PhotoId id) {
    long high = id.uuid().getMostSignificantBits();
    return ((high >>> 16) - VirtualTime.EPOCH.toEpochMilli()) * 1000 + (high & 0xFFF);
  }

  static long number(PhotoId id) {
    return id.uuid().getLeastSignificantBits() & ~VARIANT;
  }

  /** What is random of it, whoever works on it and whenever. */
  static SplittableRandom random(Randomness randomness, PhotoId id) {
    return randomness.of(Randomness.Purpose.SERVICE, number(id));
  }
}
