package dev.argus.aws;

import dev.argus.config.Purchase;
import java.util.Set;

/**
 * A kind of machine in one place, and how it is paid for.
 *
 * @param id of the {@link dev.argus.ports.Fleet.Pool}
 * @param subnet empty for the default
 */
record LaunchPool(String id, Purchase purchase, String instanceType, String subnet) {
  /**
   * The families that share one quota of vCPUs, which EC2 calls standard. Source: "Amazon EC2
   * instance type quotas" in the EC2 documentation.
   */
  private static final Set<String> STANDARD =
      Set.of("a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z");

  private static final Set<String> GRAPHICS = Set.of("g", "gr", "vt");

  /** For people. */
  String name() {
    return instanceType + " " + purchase.words() + (subnet.isEmpty() ? "" : " in " + subnet);
  }

  /** Whether one quota of the account covers this pool and the other one. */
  boolean sharesQuotaWith(LaunchPool other) {
    return purchase == other.purchase && quota().equals(other.quota());
  }

  private String quota() {
    String family = instanceType.replaceFirst("[^a-z].*", "");
    if (STANDARD.contains(family)) {
      return "standard";
    }
    return GRAPHICS.contains(family) ? "graphics" : family;
  }
}
