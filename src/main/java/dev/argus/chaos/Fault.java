package dev.argus.chaos;

import java.time.Duration;

/** One bad thing that happens to the system during a chaos run. */
public sealed interface Fault {
  /** A service that can be stopped, or have its calls disturbed. */
  enum Service {
    SQS,
    S3
  }

  /**
   * An app node dies at once, as by kill -9.
   *
   * @param pick which of those that are up, counted round and round
   */
  record KillNode(int pick) implements Fault {}

  /** The web node is killed with -9 and started again. */
  record KillWeb() implements Fault {}

  /** A service is killed with -9, and started again after the outage. */
  record StopService(Service service, Duration outage) implements Fault {}

  /** An app node is told by its metadata that it will be taken away. */
  record SpotNotice(int pick, Duration notice) implements Fault {}

  /**
   * EC2 misbehaves for a time.
   *
   * @param degree how badly; see {@link Ec2Trouble}
   */
  record DisturbEc2(Ec2Trouble how, int degree, Duration time) implements Fault {}

  /** The calls of a service are disturbed for a time. */
  record DisturbCalls(Service service, Disturbance how, Duration time) implements Fault {}

  /** The kind of {@link KillNode}. */
  String NODE_KILLED = "app node killed";

  /** The kind of {@link KillWeb}. */
  String WEB_KILLED = "web node killed";

  /** What it is counted as. */
  default String kind() {
    if (this instanceof KillNode) {
      return NODE_KILLED;
    }
    if (this instanceof KillWeb) {
      return WEB_KILLED;
    }
    if (this instanceof StopService stop) {
      return stop.service() + " killed";
    }
    if (this instanceof SpotNotice) {
      return "spot notice";
    }
    if (this instanceof DisturbEc2 disturb) {
      return disturb.how().label();
    }
    DisturbCalls disturb = (DisturbCalls) this;
    return disturb.service() + " " + disturb.how().label();
  }
}
