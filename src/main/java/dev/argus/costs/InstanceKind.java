package dev.argus.costs;

import java.util.Comparator;

/**
 * What the price of an instance depends on.
 *
 * @param type such as {@code c7i.large}
 * @param purchase {@code on-demand} or {@code spot}
 */
record InstanceKind(String type, String purchase) implements Comparable<InstanceKind> {
  private static final Comparator<InstanceKind> ORDER =
      Comparator.comparing(InstanceKind::type).thenComparing(InstanceKind::purchase);

  @Override
  public int compareTo(InstanceKind other) {
    return ORDER.compare(this, other);
  }
}
