package dev.argus.scaling;

import dev.argus.config.ScalingSettings;
import dev.argus.protocol.Answer;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.ResponseMessage;
import java.time.Duration;

/**
 * What app nodes can do, as they say themselves; the settings until they have.
 *
 * <p>Not thread-safe.
 */
final class Estimates {
  /** Photos over which the service time is a mean: it is right within a hundredth or so. */
  static final int PHOTOS = 500;

  /** Boots are fewer, and each is as long. */
  private static final int BOOTS = 50;

  /** Until measured, a photo's service time is taken to be off its mean by a fifth of that. */
  private static final int SERVICE_DEVIATION = 5;

  /** And a boot by a tenth. */
  private static final int BOOT_DEVIATION = 10;

  private static final double NORMAL = Math.sqrt(Math.PI / 2);

  private final RunningEstimate serviceTime;
  private final RunningEstimate serviceDeviation;
  private final RunningEstimate bootTime;
  private final RunningEstimate bootDeviation;
  private int parallelism;

  Estimates(ScalingSettings settings) {
    this.serviceTime = new RunningEstimate(settings.serviceTime(), PHOTOS);
    this.serviceDeviation =
        new RunningEstimate(settings.serviceTime().dividedBy(SERVICE_DEVIATION), PHOTOS);
    this.bootTime = new RunningEstimate(settings.bootTime(), BOOTS);
    this.bootDeviation = new RunningEstimate(settings.bootTime().dividedBy(BOOT_DEVIATION), BOOTS);
    this.parallelism = settings.nodeParallelism();
  }

  private Estimates(Estimates other) {
    this.serviceTime = new RunningEstimate(other.serviceTime);
    this.serviceDeviation = new RunningEstimate(other.serviceDeviation);
    this.bootTime = new RunningEstimate(other.bootTime);
    this.bootDeviation = new RunningEstimate(other.bootDeviation);
    this.parallelism = other.parallelism;
  }

  /** The same estimates, which learn by themselves from now on. */
  Estimates copy() {
    return new Estimates(this);
  }

  /** Learns from what an app node sent. */
  void learn(ResponseMessage message) {
    if (message instanceof Answer answer) {
      learn(answer);
    } else if (message instanceof NodeReport report) {
      learn(report);
    }
  }

  /** Learns from an answer; one that needed no computing has a service time of zero. */
  void learn(Answer answer) {
    learn(serviceTime, serviceDeviation, answer.times().service());
  }

  /** Learns from a node that has become ready. */
  void learn(NodeReport report) {
    if (report.state() != NodeReport.State.READY) {
      return;
    }
    learn(bootTime, bootDeviation, report.sinceLaunch());
    if (report.parallelism() > 0) {
      parallelism = report.parallelism();
    }
  }

  /** Zero and below say that nothing was measured. */
  private static void learn(RunningEstimate mean, RunningEstimate deviation, Duration sample) {
    if (!sample.isZero() && !sample.isNegative()) {
      deviation.add(mean.value().minus(sample).abs());
      mean.add(sample);
    }
  }

  /** One core's work for one photo. */
  Duration serviceTime() {
    return serviceTime.value();
  }

  /** From launch to ready. */
  Duration bootTime() {
    return bootTime.value();
  }

  /** The standard deviation of the service time. */
  Duration serviceSpread() {
    return spread(serviceDeviation);
  }

  /** The standard deviation of the boot time. */
  Duration bootSpread() {
    return spread(bootDeviation);
  }

  /**
   * The mean absolute deviation, which outliers move less than a variance, times the square root of
   * pi / 2, its ratio to the standard deviation in a normal distribution.
   */
  private static Duration spread(RunningEstimate deviation) {
    return Duration.ofNanos(Math.round(deviation.value().toNanos() * NORMAL));
  }

  /** Photos that a node works on at once: the latest word of any node, since all are alike. */
  int parallelism() {
    return parallelism;
  }
}
