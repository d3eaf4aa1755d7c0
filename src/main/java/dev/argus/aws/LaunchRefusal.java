package dev.argus.aws;

import java.util.Optional;
import java.util.Set;

/**
 * What a refused launch says about the pools: which of them have nothing to give.
 *
 * <p>Each of these codes means that no instance was started. Whatever else goes wrong says nothing
 * about a pool: throttling, a missing permission, a broken connection. Source: "Error codes for the
 * Amazon EC2 API", and for {@link #NO_SPOT} "Service-linked role for Spot Instance requests" in the
 * EC2 documentation.
 */
enum LaunchRefusal {
  /** There are no such machines now, or never, or not for this price. */
  NO_CAPACITY(
      Set.of(
          "InsufficientHostCapacity",
          "InsufficientInstanceCapacity",
          "InsufficientReservedInstanceCapacity",
          "SpotMaxPriceTooLow",
          "UnfulfillableCapacity",
          "Unsupported")) {
    @Override
    boolean concerns(LaunchPool refused, LaunchPool other) {
      return refused.equals(other);
    }
  },
  /** The subnet is full. */
  NO_ADDRESS(Set.of("InsufficientAddressCapacity", "InsufficientFreeAddressesInSubnet")) {
    @Override
    boolean concerns(LaunchPool refused, LaunchPool other) {
      return refused.subnet().equals(other.subnet());
    }
  },
  /** The account may have no more of these, wherever they are. */
  QUOTA(Set.of("InstanceLimitExceeded", "MaxSpotInstanceCountExceeded", "VcpuLimitExceeded")) {
    @Override
    boolean concerns(LaunchPool refused, LaunchPool other) {
      return refused.sharesQuotaWith(other);
    }
  },
  /** The account has never used spot: EC2 has no role in it, and a web node may not make one. */
  NO_SPOT(
      Set.of("AuthFailure.ServiceLinkedRoleCreationNotPermitted"),
      "this account has never used spot instances; once: aws iam create-service-linked-role"
          + " --aws-service-name spot.amazonaws.com") {
    @Override
    boolean concerns(LaunchPool refused, LaunchPool other) {
      return refused.purchase() == other.purchase();
    }
  };

  private final Set<String> codes;
  private final String advice;

  LaunchRefusal(Set<String> codes) {
    this(codes, "");
  }

  LaunchRefusal(Set<String> codes, String advice) {
    this.codes = codes;
    this.advice = advice;
  }

  /** What somebody must do before such pools have anything to give; empty if time may mend it. */
  String advice() {
    return advice;
  }

  /** What an error code of EC2 says; empty if it says nothing about a pool. */
  static Optional<LaunchRefusal> of(String code) {
    for (LaunchRefusal refusal : values()) {
      if (refusal.codes.contains(code)) {
        return Optional.of(refusal);
      }
    }
    return Optional.empty();
  }

  /** Whether the other pool has nothing to give either. */
  abstract boolean concerns(LaunchPool refused, LaunchPool other);
}
