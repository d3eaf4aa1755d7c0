package dev.argus.worker;

import dev.argus.config.ArgusSettings;
import dev.argus.config.WorkerSettings;
import dev.argus.ports.Fleet;
import dev.argus.simulation.SettableClock;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** App nodes as the tests of this package know them. */
final class Nodes {
  private Nodes() {}

  /** Nodes {@code i-1}, {@code i-2} and so on, each launched a second after the one before. */
  static List<Fleet.Node> fleet(int size) {
    return IntStream.rangeClosed(1, size)
        .mapToObj(
            n ->
                new Fleet.Node(
                    "i-" + n,
                    n,
                    Fleet.State.RUNNING,
                    SettableClock.START.minusSeconds(size - n),
                    ""))
        .toList();
  }

  /** The default settings, with some nodes that always stay, and a look every 5 s. */
  static WorkerSettings settings(int minWorkers) {
    return ArgusSettings.load(
            Map.of(
                "ARGUS_WORKER_MIN_WORKERS",
                Integer.toString(minWorkers),
                "ARGUS_WORKER_WATCHDOG_INTERVAL",
                "5s"))
        .worker();
  }
}
