package dev.argus.protocol;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The identity of the photos that came together in one request: a UUID of version 7. */
public record BatchId(UUID uuid) {
  public BatchId {
    Uuid7.check(uuid);
  }

  /** A new id, stamped with the present time. */
  public static BatchId random() {
    return new BatchId(Uuid7.random());
  }

  /** Reads the text form; empty for anything that is not the canonical form of a version 7 UUID. */
  public static Optional<BatchId> parse(String text) {
    return Uuid7.parse(text).map(BatchId::new);
  }

  /** When the first of its photos had been read, to the millisecond. */
  public Instant createdAt() {
    return Uuid7.time(uuid);
  }

  @Override
  public String toString() {
    return uuid.toString();
  }
}
