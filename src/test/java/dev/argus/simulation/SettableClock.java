package dev.argus.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is moved. Thread-safe. */
public final class SettableClock implements InstantSource {
  /** When a test begins that does not say otherwise. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Instant now;

  public SettableClock() {
    this(START);
  }

  public SettableClock(Instant start) {
    this.now = start;
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  /** Moves on by {@code time}, and returns the new present. */
  public synchronized Instant advance(Duration time) {
    now = now.plus(time);
    return now;
  }
}
