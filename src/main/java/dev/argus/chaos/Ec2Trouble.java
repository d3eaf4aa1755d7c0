package dev.argus.chaos;

import dev.argus.localaws.Ec2Faults;
import java.time.Duration;

/** A way in which EC2 fails those who call it. */
enum Ec2Trouble {
  /** As many launches find no capacity. */
  NO_CAPACITY("launches without capacity", 1, 3) {
    @Override
    void begin(Ec2Faults ec2, int degree) {
      ec2.refuseNextLaunches(degree);
    }
  },
  /** As many calls were too many. */
  THROTTLED("EC2 throttled", 1, 5) {
    @Override
    void begin(Ec2Faults ec2, int degree) {
      ec2.throttleNextCalls(degree);
    }
  },
  /** Machines stay pending for as many seconds. */
  SLOW_BOOTS("boots delayed", 2, 15) {
    @Override
    void begin(Ec2Faults ec2, int degree) {
      ec2.delayBoots(Duration.ofSeconds(degree));
    }
  },
  /**
   * Launches are shown only after as many seconds; always before {@code
   * argus.scaling.launch-visibility-timeout}.
   */
  SHOWN_LATE("launches shown late", 1, 8) {
    @Override
    void begin(Ec2Faults ec2, int degree) {
      ec2.delayVisibility(Duration.ofSeconds(degree));
    }
  },
  /** As many machines run and do nothing, until they are ended. */
  NEVER_READY("nodes never ready", 1, 1) {
    @Override
    void begin(Ec2Faults ec2, int degree) {
      ec2.neverReadyNext(degree);
    }
  };

  private final String label;
  private final int mildest;
  private final int worst;

  Ec2Trouble(String label, int mildest, int worst) {
    this.label = label;
    this.mildest = mildest;
    this.worst = worst;
  }

  String label() {
    return label;
  }

  int mildest() {
    return mildest;
  }

  int worst() {
    return worst;
  }

  abstract void begin(Ec2Faults ec2, int degree);
}
