package dev.argus.protocol;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * UUIDs of version 7, whose first 48 bits are the time in milliseconds since 1970 (RFC 9562,
 * section 5.7).
 */
final class Uuid7 {
  private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

  private Uuid7() {}

  static UUID random() {
    return GENERATOR.generate();
  }

  static void check(UUID uuid) {
    if (uuid.version() != 7) {
      throw new IllegalArgumentException("expected a UUID of version 7, found " + uuid);
    }
  }

  /** Empty for anything that is not the canonical text form of a version 7 UUID. */
  static Optional<UUID> parse(String text) {
    try {
      UUID uuid = UUID.fromString(text);
      // UUID.fromString takes short forms too ("1-1-1-1-1"): only the canonical form is a key.
      return uuid.version() == 7 && uuid.toString().equals(text)
          ? Optional.of(uuid)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static Instant time(UUID uuid) {
    return Instant.ofEpochMilli(uuid.getMostSignificantBits() >>> 16);
  }
}
