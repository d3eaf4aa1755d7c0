package dev.argus.ports;

import dev.argus.protocol.BilledRequest;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counts the requests that this process made and that AWS bills, as AWS bills them. Thread-safe.
 *
 * <p>Who makes requests adds to it; who reports them takes what was counted since.
 */
public final class BilledRequests {
  private final Map<BilledRequest, Long> counts = new EnumMap<>(BilledRequest.class);

  /**
   * @param count of requests as billed: one call may be several
   */
  public synchronized void add(BilledRequest kind, long count) {
    counts.merge(kind, count, Long::sum);
  }

  /** Adds what was counted elsewhere, or was taken and could not be told. */
  public synchronized void add(Map<BilledRequest, Long> more) {
    more.forEach(this::add);
  }

  /** What was counted since the last take; of kinds that are absent nothing was. */
  public synchronized Map<BilledRequest, Long> take() {
    Map<BilledRequest, Long> taken = Map.copyOf(counts);
    counts.clear();
    return taken;
  }

  /** What {@link #take} would give now. */
  public synchronized Map<BilledRequest, Long> counts() {
    return Map.copyOf(counts);
  }

  /** Whether {@link #take} would give nothing now. */
  public synchronized boolean isEmpty() {
    return counts.isEmpty();
  }
}
