package dev.argus.simulation;

import dev.argus.ports.Fleet;
import java.time.Instant;
import org.apache.pekko.actor.Cancellable;

/**
 * One simulated EC2 instance.
 *
 * <p>It is billed from when RunInstances was accepted until it begins to shut down, by the second,
 * for 60 s at least. EC2 bills from when it runs, a few seconds later; it does not bill shutting
 * down either.
 */
public final class Instance {
  static final long MIN_BILLED_SECONDS = 60;
  private static final long SECOND = 1_000_000_000L;

  private final long sequence;
  private final long launched;
  private Fleet.Node shown;
  private boolean visible;
  private long ended = -1;
  private Machine machine = Machine.NONE;
  private Cancellable boot = Cancellable.alreadyCancelled();
  private Cancellable interruption = Cancellable.alreadyCancelled();

  Instance(long sequence, long launched, Fleet.Node node) {
    this.sequence = sequence;
    this.launched = launched;
    this.shown = node;
  }

  /** The instance id. */
  public String id() {
    return shown.id();
  }

  /** Counts the launches of the run, from 1. */
  public long sequence() {
    return sequence;
  }

  /** When RunInstances was accepted. */
  public Instant launchedAt() {
    return VirtualTime.EPOCH.plusNanos(launched);
  }

  /** The same, in nanoseconds since the run began. */
  long launchedNanos() {
    return launched;
  }

  /** As EC2 describes it. */
  Fleet.Node node() {
    return shown;
  }

  void become(Fleet.State state) {
    shown =
        new Fleet.Node(
            shown.id(),
            shown.number(),
            state,
            shown.launchedAt(),
            shown.reportsTo(),
            shown.instanceType(),
            shown.purchase());
  }

  /** EC2 shows it from now on. */
  void show() {
    visible = true;
  }

  boolean isShown() {
    return visible;
  }

  void willBoot(Cancellable boot) {
    this.boot = boot;
  }

  void willBeInterrupted(Cancellable interruption) {
    this.interruption = interruption;
  }

  void runs(Machine booted) {
    this.machine = booted;
  }

  Machine machine() {
    return machine;
  }

  /** Whether it began to shut down. */
  public boolean isOver() {
    return ended >= 0;
  }

  /** It begins to shut down. */
  void end(long nanos) {
    ended = nanos;
    boot.cancel();
    interruption.cancel();
    machine.stop();
  }

  /** Up to its end, or up to now if it has not ended. */
  long billedSeconds(long nanos) {
    long end = isOver() ? ended : nanos;
    return Math.max(MIN_BILLED_SECONDS, (end - launched + SECOND - 1) / SECOND);
  }
}
