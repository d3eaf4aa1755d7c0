package dev.argus.chaos;

import dev.argus.config.ArgusSettings;
import dev.argus.ledger.LedgerCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole chaos run: start the system, offer load while faults happen, let it come to rest, judge.
 *
 * <p>Faults go on until every client has its answer, but for the last stragglers: a minute after
 * the last photo was begun with, what is still waiting is answered in calm. Nothing waits for ever:
 * when nobody is answered any more for some minutes, clients give up, and that is a verdict too.
 *
 * <p>A run is not over before an app node and the web node have been killed, if that can be had
 * within some kills.
 */
public final class ChaosRun {
  private static final Logger LOG = LoggerFactory.getLogger(ChaosRun.class);

  /** Told now and then how far a run is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * @param answered photos whose clients are done
     * @param nodes app nodes that are up
     */
    void update(int answered, int nodes);
  }

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /** Faults end this long after the last photo was begun with. */
  private static final Duration STRAGGLERS = Duration.ofSeconds(60);

  /**
   * Faults end when the run has taken this long for each photo, too: a machine on which nodes
   * cannot start between two kills would else never get to a verdict.
   */
  private static final Duration SLOWEST = Duration.ofSeconds(1);

  /** After so many kill intervals a run may end though there was no app node to kill. */
  private static final int KILLS = 12;

  /** So long nobody may be answered before all clients give up. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** So long the system may take to come to rest once all are answered. */
  private static final Duration REST = Duration.ofMinutes(3);

  /** What was told to end is gone from the process table soon after. */
  private static final Duration GONE = Duration.ofSeconds(10);

  private final ChaosSettings settings;
  private final ArgusSettings argus;
  private final Map<String, String> inherited;
  private final CompletableFuture<?> interrupted;

  /**
   * @param argus the settings of the system under test
   * @param inherited what its processes have in their environment, ARGUS_HOME at least
   * @param interrupted completes when the run must stop early; all is stopped then, and the run
   *     fails
   */
  public ChaosRun(
      ChaosSettings settings,
      ArgusSettings argus,
      Map<String, String> inherited,
      CompletableFuture<?> interrupted) {
    this.settings = settings;
    this.argus = argus;
    this.inherited = inherited;
    this.interrupted = interrupted;
  }

  /** Runs; returns when nothing of it runs any more. */
  public ChaosReport run(Progress progress) throws Exception {
    Shots shots = new Shots(settings.images(), settings.expected(), settings.seed());
    String run = settings.seed() + "-" + ProcessHandle.current().pid();
    Cluster cluster = new Cluster(settings, argus, run, inherited);
    long begin = System.nanoTime();
    Suffering suffering;
    Map<String, Integer> messages;
    Stored stored;
    LedgerCount audit;
    WebLedger web;
    List<String> running = new ArrayList<>();
    try {
      suffering = suffer(cluster, shots, run, progress);
      running.addAll(suffering.troubles());
      LOG.info("all clients are done; waiting for queues and app nodes to come to rest");
      until(REST, () -> cluster.instances().isEmpty() && isEmpty(cluster.backend().messages()));
      cluster.instances().forEach(node -> running.add("app node " + node + " is still there"));
      messages = cluster.backend().messages();
      stored = cluster.backend().stored();
      audit = cluster.backend().audit();
      web = WebLedger.read(cluster.url());
    } finally {
      cluster.close();
    }
    running.addAll(cluster.unclean());
    until(GONE, () -> cluster.processes().isEmpty());
    cluster.processes().forEach(process -> running.add(process.info() + " still runs"));
    Verdict verdict =
        Verdict.of(
            shots::get,
            settings.photos(),
            suffering.sightings(),
            stored,
            new Remains(messages, running, cluster.mostNodes(), audit, web),
            settings.maxWorkers());
    return report(suffering, verdict, Duration.ofNanos(System.nanoTime() - begin));
  }

  /** What came of the part with the faults. */
  private record Suffering(
      List<Sighting> sightings,
      Map<String, Integer> faults,
      Map<String, Integer> missed,
      List<String> troubles) {}

  private Suffering suffer(Cluster cluster, Shots shots, String run, Progress progress)
      throws InterruptedException {
    ChaosPlan plan = new ChaosPlan(settings.seed(), settings.killEvery());
    try (Client client = new Client(cluster.url(), run, settings.concurrency());
        Mayhem mayhem = new Mayhem(cluster, plan, settings.seed());
        Offer offer = new Offer(shots, client, pace(), settings.concurrency())) {
      watch(offer, mayhem, cluster, progress);
      return new Suffering(offer.sightings(), mayhem.done(), mayhem.missed(), mayhem.troubles());
    }
  }

  private Pace pace() {
    return new Pace(settings.photos(), settings.killEvery());
  }

  /** Returns when all clients are done and all faults have ended. */
  private void watch(Offer offer, Mayhem mayhem, Cluster cluster, Progress progress)
      throws InterruptedException {
    boolean calm = false;
    int done = 0;
    long begin = System.nanoTime();
    long lastAnswer = begin;
    long lastTaken = Long.MAX_VALUE;
    while (!within(LOOK_EVERY, offer.all())) {
      stopIfInterrupted();
      long now = System.nanoTime();
      if (offer.done() > done) {
        done = offer.done();
        lastAnswer = now;
      }
      if (mayhem.hasKilled()) {
        offer.hurry();
      }
      if (offer.allBegun() && lastTaken == Long.MAX_VALUE) {
        lastTaken = now;
      }
      boolean stuck = now - lastAnswer > PATIENCE.toNanos();
      boolean slow =
          now - begin
              > STRAGGLERS.plus(kills()).plus(SLOWEST.multipliedBy(settings.photos())).toNanos();
      if (!calm && (stuck || slow || now - lastTaken > STRAGGLERS.toNanos())) {
        LOG.info("no more faults; {} of {} photos are answered", done, settings.photos());
        calm = true;
        mayhem.stop();
        offer.hurry();
        lastAnswer = System.nanoTime();
      } else if (stuck) {
        offer.giveUp();
      }
      progress.update(done, cluster.nodes().size());
    }
    progress.update(offer.done(), cluster.nodes().size());
    if (!calm) {
      Duration rest = kills().minusNanos(System.nanoTime() - begin);
      until(rest, mayhem::hasKilled);
      mayhem.stop();
    }
  }

  private Duration kills() {
    return settings.killEvery().multipliedBy(KILLS);
  }

  private void until(Duration limit, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      within(LOOK_EVERY, interrupted);
      stopIfInterrupted();
    }
  }

  private void stopIfInterrupted() {
    if (interrupted.isDone()) {
      throw new IllegalStateException("the run was stopped, so there is no verdict");
    }
  }

  /** Waits for a stage; false if it takes longer. */
  private static boolean within(Duration limit, CompletableFuture<?> stage)
      throws InterruptedException {
    try {
      stage.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static boolean isEmpty(Map<String, Integer> messages) {
    return messages.values().stream().allMatch(count -> count == 0);
  }

  private ChaosReport report(Suffering suffering, Verdict verdict, Duration elapsed) {
    List<Sighting> sightings = suffering.sightings();
    List<Duration> latencies =
        sightings.stream().filter(Sighting::isAnswered).map(Sighting::latency).sorted().toList();
    return new ChaosReport(
        settings,
        elapsed,
        suffering.faults(),
        suffering.missed(),
        sightings.stream().mapToInt(Sighting::retries).sum(),
        percentile(latencies, 50),
        percentile(latencies, 99),
        ChaosReport.counts(verdict),
        verdict.violations().stream().map(v -> v.kind() + ": " + v.text()).toList(),
        verdict.ok() && !suffering.faults().isEmpty()
            ? Optional.empty()
            : Optional.of(settings.data()));
  }

  private static Duration percentile(List<Duration> sorted, int percent) {
    return sorted.isEmpty()
        ? Duration.ZERO
        : sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }
}
