package dev.argus.localaws;

import java.time.Duration;

/**
 * Limits of the embedded EC2.
 *
 * @param maxInstances that are not terminated, the web node included; AWS calls it the account's
 *     limit
 * @param stopGrace between SIGTERM and SIGKILL when an instance is terminated
 * @param terminatedVisible how long a terminated instance is still shown; about an hour on AWS
 * @param maxTerminated terminated instances shown at most
 * @param maxLogs log files of ended instances that are kept
 */
public record Ec2Options(
    int maxInstances,
    Duration stopGrace,
    Duration terminatedVisible,
    int maxTerminated,
    int maxLogs) {

  public Ec2Options {
    require(maxInstances >= 1, "maxInstances", maxInstances);
    require(!stopGrace.isNegative(), "stopGrace", stopGrace);
    require(!terminatedVisible.isNegative(), "terminatedVisible", terminatedVisible);
    require(maxTerminated >= 0, "maxTerminated", maxTerminated);
    require(maxLogs >= 0, "maxLogs", maxLogs);
  }

  /** 64 instances, 15 s of grace, terminated ones shown for 10 minutes, 200 of them and 50 logs. */
  public static Ec2Options defaults() {
    return new Ec2Options(64, Duration.ofSeconds(15), Duration.ofMinutes(10), 200, 50);
  }

  public Ec2Options withMaxInstances(int value) {
    return new Ec2Options(value, stopGrace, terminatedVisible, maxTerminated, maxLogs);
  }

  public Ec2Options withStopGrace(Duration value) {
    return new Ec2Options(maxInstances, value, terminatedVisible, maxTerminated, maxLogs);
  }

  public Ec2Options withMaxTerminated(int value) {
    return new Ec2Options(maxInstances, stopGrace, terminatedVisible, value, maxLogs);
  }

  public Ec2Options withMaxLogs(int value) {
    return new Ec2Options(maxInstances, stopGrace, terminatedVisible, maxTerminated, value);
  }

  private static void require(boolean holds, String name, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Ec2Options: " + name + " must not be below its minimum, found " + found);
    }
  }
}
