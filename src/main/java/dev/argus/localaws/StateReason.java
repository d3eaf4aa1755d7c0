package dev.argus.localaws;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Why an instance ended.
 *
 * @param code one of EC2's, such as {@code Client.UserInitiatedShutdown}
 * @param transition EC2's older text for the same; empty when it has none
 */
record StateReason(String code, String message, String transition) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'GMT'").withZone(ZoneOffset.UTC);

  static StateReason byUser(Instant now) {
    return new StateReason(
        "Client.UserInitiatedShutdown",
        "Client.UserInitiatedShutdown: User initiated shutdown",
        "User initiated (" + TIME.format(now) + ")");
  }

  /** Its user data ended: the instance's shutdown behaviour is to terminate. */
  static StateReason byItself(int exitCode) {
    return new StateReason(
        "Client.InstanceInitiatedShutdown",
        "Client.InstanceInitiatedShutdown: Instance initiated shutdown, exit code " + exitCode,
        "");
  }

  static StateReason bootFailed(String why) {
    return new StateReason(
        "Server.InternalError", "Server.InternalError: Internal error on launch: " + why, "");
  }

  static StateReason spotInterruption() {
    return new StateReason(
        "Server.SpotInstanceTermination",
        "Server.SpotInstanceTermination: Spot instance termination",
        "");
  }
}
