package dev.argus.scaling;

import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Builds observations: nothing to do, no nodes, 250 ms a photo, 45 s to boot, 60 s to do it in. */
record Seen(
    int visible,
    int inFlight,
    int waiting,
    int ready,
    List<Duration> booting,
    List<Duration> unseen,
    int leaving,
    int overdue,
    Duration service,
    Duration boot,
    int parallelism,
    int max,
    Duration target) {

  static Seen nothing() {
    return new Seen(
        0,
        0,
        0,
        0,
        List.of(),
        List.of(),
        0,
        0,
        Duration.ofMillis(250),
        Duration.ofSeconds(45),
        1,
        19,
        Duration.ofSeconds(60));
  }

  static Seen work(int visible) {
    return nothing().withCounts(visible, 0, 0);
  }

  Seen withCounts(int visible, int inFlight, int waiting) {
    return new Seen(
        visible,
        inFlight,
        waiting,
        ready,
        booting,
        unseen,
        leaving,
        overdue,
        service,
        boot,
        parallelism,
        max,
        target);
  }

  Seen withReady(int nodes) {
    return new Seen(
        visible,
        inFlight,
        waiting,
        nodes,
        booting,
        unseen,
        leaving,
        overdue,
        service,
        boot,
        parallelism,
        max,
        target);
  }

  Seen withBooting(Duration... ages) {
    return new Seen(
        visible,
        inFlight,
        waiting,
        ready,
        List.of(ages),
        unseen,
        leaving,
        overdue,
        service,
        boot,
        parallelism,
        max,
        target);
  }

  Seen withUnseen(List<Duration> ages) {
    return new Seen(
        visible,
        inFlight,
        waiting,
        ready,
        booting,
        ages,
        leaving,
        overdue,
        service,
        boot,
        parallelism,
        max,
        target);
  }

  Seen withUseless(int leaving, int overdue) {
    return new Seen(
        visible,
        inFlight,
        waiting,
        ready,
        booting,
        unseen,
        leaving,
        overdue,
        service,
        boot,
        parallelism,
        max,
        target);
  }

  Seen withTimes(Duration service, Duration boot, Duration target) {
    return new Seen(
        visible,
        inFlight,
        waiting,
        ready,
        booting,
        unseen,
        leaving,
        overdue,
        service,
        boot,
        parallelism,
        max,
        target);
  }

  Seen withLimits(int parallelism, int max) {
    return new Seen(
        visible,
        inFlight,
        waiting,
        ready,
        booting,
        unseen,
        leaving,
        overdue,
        service,
        boot,
        parallelism,
        max,
        target);
  }

  /** The same a moment after {@code launched} nodes were decided. */
  Seen afterLaunching(int launched) {
    List<Duration> ages = new ArrayList<>(unseen);
    ages.addAll(Collections.nCopies(launched, Duration.ZERO));
    return withUnseen(ages);
  }

  Observation now() {
    return new Observation(
        SettableClock.START,
        visible,
        inFlight,
        waiting,
        ready,
        booting,
        unseen,
        leaving,
        overdue,
        service,
        boot,
        parallelism,
        max,
        target);
  }
}
