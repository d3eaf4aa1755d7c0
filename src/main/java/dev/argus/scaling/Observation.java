package dev.argus.scaling;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Everything that a scaling decision rests on, as it was at one moment.
 *
 * @param at when the controller looked
 * @param visible messages on the request queue that wait to be received
 * @param inFlight messages that app nodes hold
 * @param waiting requests that wait for their answer, by the web tier's own count
 * @param ready nodes that take photos
 * @param booting for each node that EC2 shows and that is not ready yet: the time since its launch
 * @param unseen for each launch that EC2 does not show yet: the time since it was decided
 * @param leaving nodes that drain or shut down: no capacity, but they exist
 * @param overdue nodes that should have been ready long ago: no capacity, but they exist
 * @param serviceTime one core's work for one photo, as measured
 * @param serviceSpread its standard deviation, as measured
 * @param bootTime from launch to ready, as measured
 * @param bootSpread its standard deviation, as measured
 * @param parallelism photos that a node works on at once
 * @param maxWorkers nodes that may exist at most
 * @param targetTime the time in which the work should be done
 * @param deadline from when a photo comes to its answer, as it should be at most
 * @param interval until the controller looks again
 * @param demand the photos that wait, and how they come
 */
public record Observation(
    Instant at,
    int visible,
    int inFlight,
    int waiting,
    int ready,
    List<Duration> booting,
    List<Duration> unseen,
    int leaving,
    int overdue,
    Duration serviceTime,
    Duration serviceSpread,
    Duration bootTime,
    Duration bootSpread,
    int parallelism,
    int maxWorkers,
    Duration targetTime,
    Duration deadline,
    Duration interval,
    Demand demand) {

  public Observation {
    booting = List.copyOf(booting);
    unseen = List.copyOf(unseen);
  }

  /**
   * Photos that are not answered yet.
   *
   * <p>The larger of two counts of the same photos: the queue's are approximate and lag behind, the
   * web tier's does not know of photos that nobody waits for any more.
   */
  public int work() {
    return (int) Math.max(Math.min((long) visible + inFlight, Integer.MAX_VALUE), waiting);
  }

  /** Nodes that start, whether EC2 shows them yet or not. */
  public int starting() {
    return booting.size() + unseen.size();
  }

  /** Nodes that exist or are about to, capacity or not. */
  public int existing() {
    return ready + starting() + leaving + overdue;
  }

  /** Whether there is neither a photo nor a node. */
  boolean isIdle() {
    return work() == 0 && existing() == 0;
  }

  /** How many nodes may be launched before the maximum is reached. */
  public int room() {
    return Math.max(0, maxWorkers - existing());
  }

  /** All inputs in one line for a person to read. */
  public String describe() {
    return "visible "
        + visible
        + ", in flight "
        + inFlight
        + ", waiting "
        + waiting
        + ", ready "
        + ready
        + ", booting "
        + booting.size()
        + ", unseen "
        + unseen.size()
        + ", leaving "
        + leaving
        + ", overdue "
        + overdue
        + ", service time "
        + Words.of(serviceTime)
        + ", boot time "
        + Words.of(bootTime)
        + ", parallelism "
        + parallelism
        + ", maximum "
        + maxWorkers
        + ", target "
        + Words.of(targetTime)
        + ", boot spread "
        + Words.of(bootSpread)
        + ", deadline "
        + Words.of(deadline)
        + ", arrivals "
        + String.format(Locale.ROOT, "%.3g/s", demand.arrivalRate());
  }
}
