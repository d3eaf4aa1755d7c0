package dev.argus.scaling;

import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Builds observations: nothing to do, no nodes, 250 ms a photo, 45 s to boot, 60 s to do it in; all
 * that wait have just come.
 */
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
    Duration target,
    Duration age) {

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
        Duration.ofSeconds(60),
        Duration.ZERO);
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
        target,
        age);
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
        target,
        age);
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
        target,
        age);
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
        target,
        age);
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
        target,
        age);
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
        target,
        age);
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
        target,
        age);
  }

  /** All that wait came so long ago. */
  Seen withAge(Duration since) {
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
        target,
        since);
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
        service.dividedBy(4),
        boot,
        boot.dividedBy(10),
        parallelism,
        max,
        target,
        target,
        Duration.ofSeconds(2),
        demand());
  }

  private Demand demand() {
    int photos = Math.max(visible + inFlight, waiting);
    return photos == 0
        ? Demand.NONE
        : new Demand(List.of(new Demand.Group(age, photos)), 0, Duration.ZERO);
  }
}
