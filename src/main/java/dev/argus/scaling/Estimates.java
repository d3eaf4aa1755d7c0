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
  private final RunningEstimate serviceTime;
  private final RunningEstimate bootTime;
  private int parallelism;

  Estimates(ScalingSettings settings) {
    this.serviceTime = new RunningEstimate(settings.serviceTime());
    this.bootTime = new RunningEstimate(settings.bootTime());
    this.parallelism = settings.nodeParallelism();
  }

  private Estimates(Estimates other) {
    this.serviceTime = new RunningEstimate(other.serviceTime);
    this.bootTime = new RunningEstimate(other.bootTime);
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
    serviceTime.add(answer.times().service());
  }

  /** Learns from a node that has become ready. */
  void learn(NodeReport report) {
    if (report.state() != NodeReport.State.READY) {
      return;
    }
    bootTime.add(report.sinceLaunch());
    if (report.parallelism() > 0) {
      parallelism = report.parallelism();
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

  /** Photos that a node works on at once: the latest word of any node, since all are alike. */
  int parallelism() {
    return parallelism;
  }
}
