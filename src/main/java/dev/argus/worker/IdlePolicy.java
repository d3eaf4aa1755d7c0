package dev.argus.worker;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.argus.config.WorkerSettings;
import dev.argus.ports.Fleet;
import dev.argus.ports.QueueCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Decides whether a node should leave: a pure function of what it knows now and what it knew
 * before.
 *
 * <ul>
 *   <li><em>Unreachable</em>: the queue could not be reached for {@code unreachable-limit}.
 *   <li><em>Not worth keeping</em>: it holds nothing, the controller says how many nodes are worth
 *       keeping without work, so many others are older, and its time that EC2 bills in any case is
 *       over. Its word changes with the arrivals, and while more photos wait than nodes can hold it
 *       is all of them, so a node may go the first moment that it has nothing.
 *   <li><em>Empty</em>: for {@code idle-limit}, the latest two receives were empty, the queue had
 *       nothing visible and nothing in flight, and the node held nothing.
 *   <li><em>Surplus</em>: for {@code busy-window}, the nodes older than this one were as many as
 *       needed. SQS spreads photos evenly over all who poll, so a node's own busy share is
 *       everybody's, and {@code nodes * busyShare / busyTarget} nodes are needed, at least one. All
 *       nodes rank themselves alike (by launch time, then by id), so the youngest leave, each by
 *       its own decision.
 * </ul>
 *
 * <p>The last two are for the time in which the controller says nothing: its word goes before them.
 *
 * <p>When the others have just left, a node's share of the window before is still that of a larger
 * fleet. So the share is multiplied by the most nodes there were in the time that it covers, which
 * keeps those that stay from following.
 *
 * <p>A node that holds photos leaves only when unreachable: work in hand must not wait for a drain.
 * What could not be found out is never a reason to leave.
 *
 * <p>The oldest {@code min-workers} leave only when unreachable: a node goes only if it sees so
 * many older ones that run. That needs no agreement. EC2 may show each node something else, leave
 * nodes out and show others that are gone, but it never makes one up and never changes an age; so
 * of all nodes that there ever were the oldest {@code min-workers} never see so many older ones,
 * and however many judge at the same moment, they stay. Of those that are taken from outside
 * (killed, interrupted, broken) while others still see them running, no more can be missing than
 * were taken, until the controller has launched as many anew.
 *
 * <p>After an update they are replaced, one at a time: when the queue is empty, one that has
 * another release than those that are launched now leaves as well, if {@code min-workers}, itself
 * included, have run for longer than a boot takes. Then the controller launches one, and the next
 * waits until that one has run for as long. All judge alike, so each has a turn of its own by the
 * clock, and EC2 the rest of it to show the others that a node is gone. With views that are not
 * true more than one may be missing for a while.
 */
public final class IdlePolicy {
  /**
   * The outcome of one look.
   *
   * @param evidence what to bring to the next look
   */
  public record Judgement(Optional<Leave> leave, Evidence evidence) {}

  private static final int EMPTY_RECEIVES = 2;

  /** A node that is older serves, or was ended: {@code scaling.boot-timeout} as it is shipped. */
  private static final Duration BOOTED = Duration.ofMinutes(5);

  /** Long enough for several looks at the fleet. */
  private static final Duration TURN = Duration.ofMinutes(1);

  /** Oldest first; nodes of one age in the order of their ids, the same for every node. */
  private static final Comparator<Fleet.Node> SENIORITY =
      Comparator.comparing(Fleet.Node::launchedAt).thenComparing(Fleet.Node::id);

  private final WorkerSettings settings;

  public IdlePolicy(WorkerSettings settings) {
    this.settings = settings;
  }

  /** Whether the queue's counts could make this node leave. */
  public boolean needsCounts(ReceiveStatus receiving) {
    return receiving.held() == 0 && receiving.emptyReceivesInARow() >= EMPTY_RECEIVES;
  }

  /** Whether knowing the fleet could make this node leave. */
  public boolean needsFleet(
      OptionalDouble busyShare, OptionalInt warm, Evidence evidence, Instant now) {
    if (warm.isPresent() && (warm.getAsInt() > 0 || settings.minWorkers() > 0)) {
      return true;
    }
    boolean rankDecides =
        settings.minWorkers() > 0 && lasted(evidence.emptySince(), settings.idleLimit(), now);
    return isLow(busyShare) || rankDecides;
  }

  /** Whether it matters how many nodes are worth keeping. */
  public boolean needsWarm(ReceiveStatus receiving, Instant launchedAt, Instant now) {
    return receiving.held() == 0 && !now.isBefore(paidUntil(launchedAt));
  }

  /** One look early: the next might be one look into the time that costs more. */
  private Instant paidUntil(Instant launchedAt) {
    return launchedAt.plus(settings.minimumBilled()).minus(settings.watchdogInterval());
  }

  /** Judges one look. */
  public Judgement judge(Situation seen, Evidence before) {
    Evidence evidence = surplus(seen, before.withEmptySince(emptySince(seen, before)));
    Optional<Leave> leave =
        unreachable(seen)
            .or(() -> leaveUnneeded(seen))
            .or(() -> leaveEmpty(seen, evidence))
            .or(() -> leaveSurplus(seen, evidence));
    return new Judgement(leave, evidence);
  }

  private Optional<Leave> unreachable(Situation seen) {
    Instant lastSuccess = seen.receiving().lastSuccess();
    if (!lasted(Optional.of(lastSuccess), settings.unreachableLimit(), seen.now())) {
      return Optional.empty();
    }
    return leave(
        Leave.Reason.UNREACHABLE,
        "the request queue could not be reached since %s, the limit is %d s",
        lastSuccess.truncatedTo(SECONDS),
        settings.unreachableLimit().toSeconds());
  }

  private Optional<Leave> leaveUnneeded(Situation seen) {
    if (seen.warm().isEmpty() || seen.receiving().held() > 0 || isWarm(seen) || isKept(seen)) {
      return Optional.empty();
    }
    if (seen.now().isBefore(paidUntil(seen.launchedAt()))) {
      return Optional.empty();
    }
    return leave(
        Leave.Reason.SURPLUS,
        "it has nothing to do, and of %s worth keeping it is none",
        seen.warm().getAsInt() == 1 ? "1 node" : seen.warm().getAsInt() + " nodes");
  }

  /** Whether this node is among those worth keeping without work, as far as it is known. */
  private static boolean isWarm(Situation seen) {
    int warm = seen.warm().orElse(0);
    boolean isNoMore = seen.fleet().map(List::size).orElse(0) <= warm; // nor is any rank
    return warm > 0 && (isNoMore || rank(seen) <= warm);
  }

  private Optional<Instant> emptySince(Situation seen, Evidence before) {
    if (!needsCounts(seen.receiving())) {
      return Optional.empty();
    }
    if (seen.counts().isEmpty()) {
      return before.emptySince();
    }
    return seen.counts().get().isEmpty()
        ? before.emptySince().or(() -> Optional.of(seen.now()))
        : Optional.empty();
  }

  private Optional<Leave> leaveEmpty(Situation seen, Evidence evidence) {
    boolean emptyNow = seen.counts().filter(QueueCounts::isEmpty).isPresent();
    if (!emptyNow || !lasted(evidence.emptySince(), settings.idleLimit(), seen.now())) {
      return Optional.empty();
    }
    boolean kept = isKept(seen) || isWarm(seen);
    if (kept && !isToBeReplaced(seen)) {
      return Optional.empty();
    }
    return leave(
        Leave.Reason.EMPTY,
        "%d receives in a row were empty, and nothing is visible or in flight since %s, the limit"
            + " is %d s"
            + (kept ? "; it would stay, but another release is installed now" : ""),
        seen.receiving().emptyReceivesInARow(),
        evidence.emptySince().orElseThrow().truncatedTo(SECONDS),
        settings.idleLimit().toSeconds());
  }

  private Evidence surplus(Situation seen, Evidence before) {
    if (!isLow(seen.busyShare())) {
      return before.withoutSurplus();
    }
    if (seen.fleet().isEmpty()) {
      return before;
    }
    int peak = Math.max(before.peakNodes(), (int) present(seen).count());
    if (rank(seen) <= needed(seen, peak)) {
      return before.withoutSurplus();
    }
    return before.withSurplus(before.surplusSince().orElse(seen.now()), peak);
  }

  private Optional<Leave> leaveSurplus(Situation seen, Evidence evidence) {
    if (seen.fleet().isEmpty()
        || seen.receiving().held() > 0
        || seen.warm().isPresent()
        || isKept(seen)
        || !lasted(evidence.surplusSince(), settings.busyWindow(), seen.now())) {
      return Optional.empty();
    }
    return leave(
        Leave.Reason.SURPLUS,
        "of %d nodes this one is number %d by age, and %d are needed since %s: at most %d nodes"
            + " were busy %.1f %% of the time, the target is %.0f %%",
        present(seen).count(),
        rank(seen),
        needed(seen, evidence.peakNodes()),
        evidence.surplusSince().orElseThrow().truncatedTo(SECONDS),
        evidence.peakNodes(),
        100 * seen.busyShare().orElseThrow(),
        100 * settings.busyTarget());
  }

  /** At the target share every node is needed, whatever its rank. */
  private boolean isLow(OptionalDouble busyShare) {
    return busyShare.isPresent() && busyShare.getAsDouble() < settings.busyTarget();
  }

  private int needed(Situation seen, int nodes) {
    double load = nodes * seen.busyShare().orElseThrow();
    int byLoad = (int) Math.ceil(load / settings.busyTarget());
    return Math.max(1, Math.max(settings.minWorkers(), byLoad));
  }

  /** Whether this node might be one of the oldest {@code min-workers}. */
  private boolean isKept(Situation seen) {
    if (settings.minWorkers() == 0) {
      return false;
    }
    long olderAndRunning = older(seen).filter(node -> node.state() == Fleet.State.RUNNING).count();
    return rank(seen) == 0 || olderAndRunning < settings.minWorkers();
  }

  /** Whether this node, though kept, makes room for one with the release that is installed now. */
  private boolean isToBeReplaced(Situation seen) {
    Instant bootedBefore = seen.now().minus(BOOTED);
    long serving =
        present(seen)
            .filter(node -> node.state() == Fleet.State.RUNNING)
            .filter(node -> node.launchedAt().isBefore(bootedBefore))
            .count();
    return seen.outdated() && serving >= settings.minWorkers() && hasTurn(seen);
  }

  /** By the clocks of the nodes, which signed calls keep together. */
  private static boolean hasTurn(Situation seen) {
    long second = seen.now().getEpochSecond();
    long turn = second / TURN.toSeconds() % present(seen).count();
    return turn == rank(seen) - 1 && second % TURN.toSeconds() < TURN.toSeconds() / 2;
  }

  /** This node's place by age, 1 for the oldest; 0, which no rule sends away, if it is unknown. */
  private static int rank(Situation seen) {
    Optional<Fleet.Node> self = self(seen);
    if (self.isEmpty()) {
      return 0;
    }
    int rank = 1;
    for (Fleet.Node node : seen.fleet().orElseThrow()) { // no stream: of thousands, each does this
      rank += isOlder(node, self.get()) ? 1 : 0;
    }
    return rank;
  }

  /** The nodes before this one in the order of seniority; none if it is not shown itself. */
  private static Stream<Fleet.Node> older(Situation seen) {
    return self(seen).stream().flatMap(self -> present(seen).filter(node -> isOlder(node, self)));
  }

  private static Optional<Fleet.Node> self(Situation seen) {
    for (Fleet.Node node : seen.fleet().orElse(List.of())) {
      if (node.id().equals(seen.self())) {
        return Optional.of(node).filter(IdlePolicy::isPresent);
      }
    }
    return Optional.empty();
  }

  private static Stream<Fleet.Node> present(Situation seen) {
    return seen.fleet().orElse(List.of()).stream().filter(IdlePolicy::isPresent);
  }

  private static boolean isOlder(Fleet.Node node, Fleet.Node self) {
    return isPresent(node) && SENIORITY.compare(node, self) < 0;
  }

  private static boolean isPresent(Fleet.Node node) {
    return node.state() != Fleet.State.SHUTTING_DOWN;
  }

  private static boolean lasted(Optional<Instant> since, Duration limit, Instant now) {
    return since.filter(start -> !start.plus(limit).isAfter(now)).isPresent();
  }

  private static Optional<Leave> leave(Leave.Reason reason, String format, Object... values) {
    return Optional.of(new Leave(reason, String.format(Locale.ROOT, format, values)));
  }
}
