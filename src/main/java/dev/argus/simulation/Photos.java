package dev.argus.simulation;

import dev.argus.protocol.PhotoId;
import dev.argus.protocol.WireMessage;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.pekko.util.ByteString;

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

  /** That of a request, by its attribute: to read the whole would take as long as all the rest. */
  static PhotoId id(WireMessage request) {
    return PhotoId.parse(request.attributes().get("id")).orElseThrow();
  }

  /** What a simulated photo consists of: its number. */
  static ByteString bytes(PhotoId id) {
    return ByteString.fromArray(ByteBuffer.allocate(Long.BYTES).putLong(number(id)).array());
  }

  /** Of such bytes. */
  static long number(ByteString photo) {
    return photo.asByteBuffer().getLong();
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
