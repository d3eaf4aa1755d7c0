package dev.argus.scaling;

import static dev.argus.scaling.Decision.Verdict.ENOUGH;
import static dev.argus.scaling.Decision.Verdict.NO_WORK;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Has each photo answered before its deadline, for as little money as that takes.
 *
 * <p>A node that is started costs its boot, and one that waits costs as long as it waits; work
 * costs the same whoever does it and whenever. So the cheapest fleet is started as seldom as
 * possible and never waits: photos gather until the last moment at which the same number of new
 * nodes still does them in time, those nodes work without a pause, and each ends when there is
 * nothing left to do. docs/scaling.md derives it.
 *
 * <ul>
 *   <li>What must be done by a time {@code t} from now: the photos that wait whose deadline is not
 *       later, and those that will have come, at the present rate, a deadline before.
 *   <li>What can be done by then: {@code t} by each ready node, what is left of {@code t} after its
 *       boot by each that starts. The boots of {@code k} nodes together are late by no more than
 *       {@value #SIGMAS} standard deviations, which grow with the root of {@code k} only.
 *   <li>Where it cannot be done, the fewest nodes that mend it are launched: at once if the next
 *       look would be too late or would need more, else not yet.
 *   <li>What no new node could do in time any more counts as due when a new node can have worked
 *       for a quarter of its boot: it is done soon, but no fleet is launched for a deadline that is
 *       lost.
 * </ul>
 *
 * <p>Of nodes without work as many are worth keeping as the arrivals keep busy all the time: the
 * others would cost more waiting than being started anew costs. If a deadline is shorter than a
 * boot, only a node that is there already can help: then one is kept for as long after the last
 * photo as a boot costs, which is at most twice what the best choice in hindsight costs (the
 * ski-rental bound; Karlin et al., "Competitive Snoopy Caching", Algorithmica 3, 1988).
 */
final class DeadlinePolicy implements ScalingPolicy {
  private static final double SIGMAS = 2;

  /**
   * The share of the deadline that is kept for what is not reckoned with: a look that comes late, a
   * boot that takes longer than the standard deviations allow.
   */
  private static final double RESERVE = 0.04;

  /** No more than this share of the deadline is ever kept in reserve. */
  private static final double MOST_RESERVE = 0.1;

  /**
   * If nothing has come for so many mean gaps, which happens once in {@code e^3} times, the rate is
   * taken to be lower.
   */
  private static final double SURPRISE = 3;

  /** Who is late anyway is not worth a node that works for less than this share of its boot. */
  private static final double WORTHWHILE = 0.25;

  /**
   * SQS keeps no order. The share of those that wait which may be served before one that came
   * before them is an assumption: AWS tells no figure.
   */
  private static final double DISORDER = 0.1;

  /** What SQS hands out at once, in any order: on average half of it is done before a photo. */
  private static final int BATCH = 10;

  /** How far ahead arrivals are reckoned with, in deadlines; later ones make no difference now. */
  private static final double[] AHEAD = {0, 0.25, 0.5, 0.75, 1};

  @Override
  public Decision decide(Observation seen) {
    Outlook outlook = new Outlook(seen);
    return launches(seen, outlook).withWarm(warm(seen, outlook));
  }

  private Decision launches(Observation seen, Outlook outlook) {
    int photos = seen.demand().photos();
    if (photos == 0) {
      return Decision.stay(seen, NO_WORK, "no photo waits");
    }
    String work = Words.count(photos, "photo") + " of " + Words.of(seen.serviceTime());
    String nodes = seen.ready() + " ready and " + seen.starting() + " starting nodes";
    Optional<Outlook.Due> missed = outlook.firstMissed();
    if (missed.isEmpty()) {
      return Decision.stay(
          seen, ENOUGH, nodes + " do " + work + " each within " + Words.of(seen.deadline()));
    }
    int needed = outlook.needed(0);
    if (needed == 0) {
      return Decision.stay(
          seen, ENOUGH, nodes + " are one for each of " + work + " already: more would not help");
    }
    String late = nodes + " cannot do " + work + " each within " + Words.of(seen.deadline());
    if (!outlook.isReachable()) {
      return Decision.launch(
          seen,
          needed,
          late
              + ", and no new one can: only nodes that are up already answer within a deadline that"
              + " is shorter than a boot of "
              + Words.of(seen.bootTime()));
    }
    if (missed.get().late() || missed.get().at() <= outlook.soonest + seconds(seen.interval())) {
      return Decision.launch(
          seen, needed, late + ", and a new one must start now: it boots " + boot(seen));
    }
    if (needed > seen.room()) {
      return Decision.launch(
          seen,
          needed,
          late + ", and all that may exist would not be early: a boot takes " + boot(seen));
    }
    int later = outlook.needed(seconds(seen.interval()));
    if (later > needed) {
      return Decision.launch(
          seen,
          needed,
          late
              + ", and "
              + later
              + " would be needed if they started later: a boot takes "
              + boot(seen));
    }
    return Decision.stay(
        seen,
        ENOUGH,
        late
            + ", but "
            + Words.count(needed, "new node")
            + " would be early: more photos can be done by the same "
            + (needed == 1 ? "one" : "ones"));
  }

  private static String boot(Observation seen) {
    return Words.of(seen.bootTime()) + " (± " + Words.of(seen.bootSpread()) + ")";
  }

  private static int warm(Observation seen, Outlook outlook) {
    int hands = seen.ready() * seen.parallelism();
    if (seen.demand().photos() > hands) {
      return seen.maxWorkers();
    }
    int busy = (int) Math.min(seen.maxWorkers(), Math.floor(outlook.load));
    boolean worthABoot = seen.demand().silence().compareTo(seen.bootTime()) < 0;
    return outlook.isReachable() || !worthABoot ? busy : Math.max(1, busy);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** What must be done, and what can be, at the times from now at which it matters. */
  private static final class Outlook {
    /**
     * @param work of all photos up to these, in the order in which they are served
     * @param late whether no new node could do them in time
     */
    private record Due(double at, double work, boolean late) {}

    /**
     * @param nodes that start and should be ready by a time
     * @param seconds that they have until then, together
     */
    private record Starting(int nodes, double seconds) {}

    private final Observation seen;
    private final double boot;
    private final double bootSpread;
    private final double service;
    private final double serviceSpread;
    private final double deadline;
    private final double[] remaining; // boot time of each starting node
    private final double arrivalRate; // photos per second that are expected
    private final double load; // nodes that the arrivals keep busy
    private final double soonest; // a photo that is due then can be done by a node launched now
    private final List<Due> dues = new ArrayList<>();

    Outlook(Observation seen) {
      this.seen = seen;
      this.boot = seconds(seen.bootTime());
      this.bootSpread = seconds(seen.bootSpread());
      this.service = Math.max(1e-9, seconds(seen.serviceTime()));
      this.serviceSpread = seconds(seen.serviceSpread());
      this.remaining =
          Stream.concat(seen.booting().stream(), seen.unseen().stream())
              .mapToDouble(age -> Math.abs(boot - seconds(age)))
              .toArray();
      this.arrivalRate = arrivalRate(seen.demand());
      this.load = arrivalRate * service / seen.parallelism();
      this.soonest = boot + SIGMAS * bootSpread + service;
      this.deadline = isReachable() ? promised() : soonest + WORTHWHILE * boot;
      addDues();
    }

    /** Whether a photo that comes now can be answered in time by a node that is launched now. */
    boolean isReachable() {
      return promised() >= soonest;
    }

    private double promised() {
      double deadline = seconds(seen.deadline());
      double batch = BATCH / 2.0 * service / seen.parallelism();
      return deadline - Math.min(MOST_RESERVE * deadline, Math.max(RESERVE * deadline, batch));
    }

    /** As the log has it, unless photos have stopped coming, as after a burst. */
    private static double arrivalRate(Demand demand) {
      return Math.min(demand.arrivalRate(), SURPRISE / Math.max(1e-9, seconds(demand.silence())));
    }

    /**
     * The work of so many photos, at most: they differ, the mean that is known is not exact, and
     * some that came later are served before them, the more the longer they come.
     */
    private double work(double photos) {
      double doubt = Math.sqrt(photos + photos * photos / Estimates.PHOTOS);
      return service * photos * (1 + DISORDER * spread()) + SIGMAS * serviceSpread * doubt;
    }

    /**
     * How far the ages of those that wait differ: 0 for a burst, 1 for half a deadline and more.
     */
    private double spread() {
      List<Demand.Group> waiting = seen.demand().waiting();
      if (waiting.isEmpty()) {
        return 0;
      }
      Duration oldest = waiting.get(0).age();
      Duration youngest = waiting.get(waiting.size() - 1).age();
      return Math.min(1, 2 * seconds(oldest.minus(youngest)) / seconds(seen.deadline()));
    }

    private void addDues() {
      double photos = 0;
      double late = 0;
      for (Demand.Group group : seen.demand().waiting()) {
        photos += group.photos();
        double at = deadline - seconds(group.age());
        if (at < soonest) {
          late = photos;
        } else {
          dues.add(new Due(at, work(photos), false));
        }
      }
      if (late > 0) {
        dues.add(0, new Due(soonest + WORTHWHILE * boot, work(late), true));
      }
      for (double ahead : AHEAD) {
        double later = ahead * deadline;
        dues.add(new Due(deadline + later, work(photos + arrivalRate * later), false));
      }
    }

    /** What is due first of that which the nodes that exist do not do in time. */
    Optional<Due> firstMissed() {
      return dues.stream().filter(due -> !isDone(due, starting(due.at()), 0, 0)).findFirst();
    }

    /** The fewest nodes that must be launched after {@code delay} so that all is done in time. */
    int needed(double delay) {
      int most = mostUseful();
      int launched = 0;
      for (Due due : dues) {
        Starting starting = starting(due.at());
        while (launched < most && !isDone(due, starting, launched, delay)) {
          launched++;
        }
      }
      return launched;
    }

    /** A photo is not shared; a node that is far too late is not counted on. */
    private int mostUseful() {
      int cores = seen.parallelism();
      int each = (seen.demand().photos() + cores - 1) / cores;
      long timely = Arrays.stream(remaining).filter(left -> left <= boot).count();
      return (int) Math.max(0, each - seen.ready() - timely);
    }

    private Starting starting(double at) {
      double[] left = Arrays.stream(remaining).filter(until -> until < at).toArray();
      return new Starting(left.length, Arrays.stream(left).map(until -> at - until).sum());
    }

    private boolean isDone(Due due, Starting starting, int launched, double delay) {
      double each = Math.max(0, due.at() - delay - boot);
      double done = starting.seconds() + launched * each;
      int uncertain = starting.nodes() + (each > 0 ? launched : 0);
      double sure = Math.max(0, done - SIGMAS * bootSpread * Math.sqrt(uncertain));
      double all = seen.parallelism() * (seen.ready() * due.at() + sure);
      return all * (1 + 1e-9) >= due.work();
    }
  }
}
