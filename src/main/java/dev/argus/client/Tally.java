package dev.argus.client;

import dev.argus.client.LoadReport.Checks;
import dev.argus.client.LoadReport.Latency;
import dev.argus.client.LoadReport.Mistake;
import dev.argus.client.Outcome.Answered;
import dev.argus.client.Outcome.Broken;
import dev.argus.client.Outcome.Rejected;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyReply.Failed;
import dev.argus.protocol.ClassifyReply.Recognised;
import dev.argus.protocol.PhotoId;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Counts outcomes as they come; for one thread at a time. */
final class Tally {
  private static final long MAX_MICROS = TimeUnit.HOURS.toMicros(24);
  private static final int SIGNIFICANT_DIGITS = 3;

  /** Beyond these a report would not be read; the rest is counted only. */
  private static final int MAX_MISTAKES = 20;

  private static final int MAX_REASONS = 20;
  private static final String OTHER = "other reasons";

  private final ExpectedLabels expected;
  private final Histogram micros = new Histogram(1, MAX_MICROS, SIGNIFICANT_DIGITS);
  private final SortedMap<Integer, Integer> statuses = new TreeMap<>();
  private final SortedMap<String, Integer> failures = new TreeMap<>();
  private final List<Mistake> mistakes = new ArrayList<>();
  private final Set<PhotoId> ids = new HashSet<>();
  private int completed;
  private int answered;
  private int retries;
  private long bytesSent;
  private int right;
  private int wrong;
  private int unknown;
  private int misnamed;
  private int duplicates;

  Tally(ExpectedLabels expected) {
    this.expected = expected;
  }

  void add(Outcome outcome) {
    completed++;
    retries += outcome.retries();
    if (outcome.result() instanceof Answered a) {
      statuses.merge(200, 1, Integer::sum);
      bytesSent += outcome.photo().bytes() * (1 + outcome.retries());
      identify(outcome.photo().name(), a.reply());
      if (a.reply() instanceof Recognised recognised) {
        recognised(outcome, recognised);
      } else {
        fail("200 " + ((Failed) a.reply()).problem().title());
      }
    } else if (outcome.result() instanceof Rejected rejected) {
      statuses.merge(rejected.status(), 1, Integer::sum);
      bytesSent += outcome.photo().bytes() * (1 + outcome.retries());
      fail(rejected.status() + " " + rejected.reason());
    } else {
      bytesSent += outcome.photo().bytes() * outcome.retries();
      fail(((Broken) outcome.result()).reason());
    }
  }

  private void recognised(Outcome outcome, Recognised reply) {
    answered++;
    long time = outcome.latency().toNanos() / 1000;
    micros.recordValue(Math.max(1, Math.min(time, MAX_MICROS)));
    String photo = outcome.photo().name();
    String label = reply.best().label();
    switch (expected.judge(photo, label)) {
      case RIGHT -> right++;
      case UNKNOWN -> unknown++;
      case WRONG -> {
        wrong++;
        if (mistakes.size() < MAX_MISTAKES) {
          mistakes.add(new Mistake(photo, expected.of(photo), label));
        }
      }
    }
  }

  /** An answer must be about the photo that was sent, and no two photos share an answer. */
  private void identify(String photo, ClassifyReply reply) {
    if (!reply.name().equals(photo)) {
      misnamed++;
    }
    if (!ids.add(reply.id())) {
      duplicates++;
    }
  }

  private void fail(String reason) {
    boolean known = failures.containsKey(reason) || failures.size() < MAX_REASONS;
    failures.merge(known ? reason : OTHER, 1, Integer::sum);
  }

  int completed() {
    return completed;
  }

  int failed() {
    return completed - answered;
  }

  LoadReport report(long elapsedNanos) {
    return new LoadReport(
        completed,
        answered,
        statuses,
        failures,
        retries,
        bytesSent,
        Duration.ofNanos(elapsedNanos),
        new Latency(percentile(50), percentile(90), percentile(99), percentile(100)),
        new Checks(right, wrong, unknown, misnamed, duplicates),
        mistakes);
  }

  private Duration percentile(double percent) {
    return Duration.of(micros.getValueAtPercentile(percent), ChronoUnit.MICROS);
  }
}
