package dev.argus.scaling;

import java.time.Duration;
import java.util.List;

/**
 * What is asked of the fleet: the photos that wait, by age, and how they come.
 *
 * @param waiting photos that are not answered yet, the oldest first
 * @param arrivalRate photos per second that came lately (see {@link ArrivalLog})
 * @param silence since the last photo came
 */
public record Demand(List<Group> waiting, double arrivalRate, Duration silence) {
  /** Nothing waits, and nothing has come. */
  static final Demand NONE = new Demand(List.of(), 0, ArrivalLog.FOREVER);

  public Demand {
    waiting = List.copyOf(waiting);
  }

  /**
   * Photos that came at about the same time.
   *
   * @param age since they came
   * @param photos 1 or more
   */
  public record Group(Duration age, int photos) {}

  /** All that wait. */
  int photos() {
    return waiting.stream().mapToInt(Group::photos).sum();
  }
}
