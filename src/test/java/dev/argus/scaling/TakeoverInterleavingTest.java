package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
import dev.argus.ports.LaunchFailedException;
import dev.argus.ports.LaunchTokens;
import dev.argus.ports.NoCapacityException;
import dev.argus.ports.QueueCounts;
import dev.argus.protocol.NotedLaunch;
import dev.argus.scaling.LaunchBook.Launch;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Web nodes that lead one after the other, in every order of events that chance finds: calls to S3
 * and EC2 arrive late, up to hours after their sender has given them up or was killed; answers are
 * lost; pools, of which each web node has its own, have nothing to give; processes freeze, between
 * any two of their steps, and are killed and started again; nodes come to their end and are shown
 * late.
 *
 * <p>Whatever happens, no number has two nodes, and there are never more than the maximum.
 */
class TakeoverInterleavingTest {
  private static final int MAX = 4;
  private static final int SEEDS = 150;
  private static final int STEPS = 5_000;
  private static final String CODE = "InsufficientInstanceCapacity";
  private static final Duration LEASE = Duration.ofSeconds(15);

  private final SettableClock clock = new SettableClock();
  private Random random;
  private Ec2Model ec2;
  private Optional<Lease.Found> record;
  private long versions;
  private List<Runnable> network;
  private int started;
  private int takeOvers;
  private int refusedNotes;
  private int lateCalls;
  private int moves;

  @Test
  void noNumberHasTwoNodesAndTheMaximumIsNeverExceeded() {
    int launched = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      run(seed);
      launched += ec2.started();
    }

    // What was not tried is not proved.
    assertThat(launched).isGreaterThan(10 * SEEDS);
    assertThat(takeOvers).isGreaterThan(10 * SEEDS);
    assertThat(refusedNotes).isGreaterThan(SEEDS / 10);
    assertThat(lateCalls).isGreaterThan(SEEDS / 10);
    assertThat(moves).isGreaterThan(SEEDS / 2);
  }

  private void run(int seed) {
    random = new Random(seed);
    ec2 = new Ec2Model(clock, random, Duration.ofSeconds(random.nextInt(55)));
    record = Optional.empty();
    network = new ArrayList<>();
    List<WebNode> nodes = new ArrayList<>();
    for (int i = 0; i < 2 + random.nextInt(2); i++) {
      nodes.add(new WebNode());
    }
    for (int step = 0; step < STEPS; step++) {
      clock.advance(
          chance(1)
              ? Duration.ofHours(1)
              : Duration.ofMillis(random.nextInt(chance(5) ? 9000 : 400)));
      if (chance(2)) {
        ec2.endOne();
      }
      if (chance(1)) {
        nodes.set(random.nextInt(nodes.size()), new WebNode()); // kill -9, and a new process
      }
      if (!network.isEmpty() && chance(70)) {
        network.remove(random.nextInt(network.size())).run();
      }
      nodes.get(random.nextInt(nodes.size())).act();
      check(seed, step);
    }
  }

  private void check(int seed, int step) {
    List<Integer> numbers = ec2.existing().stream().map(Fleet.Node::number).toList();
    if (numbers.size() > MAX || new HashSet<>(numbers).size() < numbers.size()) {
      throw new AssertionError("seed " + seed + ", step " + step + ": the nodes " + numbers);
    }
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private long ticker() {
    return Duration.between(SettableClock.START, clock.instant()).toNanos();
  }

  /** One process: what LeaderElection and ScalerActor do around the classes that decide. */
  private final class WebNode {
    private final String name = "node-" + ++started;
    private final Lease lease = new Lease(name, name, "", LEASE);
    private final Deque<Runnable> inbox = new ArrayDeque<>();
    private Instant frozenUntil = Instant.MIN;
    private boolean inRound;
    private Optional<List<NotedLaunch>> waiting = Optional.empty(); // to be noted
    private Optional<List<NotedLaunch>> inThisRound = Optional.empty();
    private long term;
    private Controller controller;
    private Optional<List<NotedLaunch>> noted = Optional.empty();
    private boolean looking;
    private String resting = ""; // the pool that was refused last

    void act() {
      if (clock.instant().isBefore(frozenUntil)) {
        return;
      }
      if (chance(2)) {
        frozenUntil = clock.instant().plusMillis(random.nextInt(chance(20) ? 4_000_000 : 30_000));
        return;
      }
      if (!inbox.isEmpty() && chance(80)) {
        inbox.poll().run();
        return;
      }
      // The timer that ends a term may be late, so it is not relied on here.
      if (chance(50)) {
        lease.expire(ticker());
        follow();
      }
      if (!inRound) {
        beginRound();
      } else if (controller != null && !looking && chance(50)) {
        look();
      } else if (controller != null && holds()) {
        controller.nextLaunch(clock.instant()).ifPresent(this::launch);
      }
    }

    /** As other threads ask, whatever the election has noticed. */
    private boolean holds() {
      return lease.led() == term && term > 0 && ticker() - lease.validUntil() < 0;
    }

    private <T> void call(Supplier<T> effect, Consumer<T> answer, Runnable fail) {
      boolean[] given = {false};
      if (chance(10)) { // its sender gives it up; it arrives all the same, or never
        given[0] = true;
        inbox.add(fail);
      }
      Instant sentAt = clock.instant();
      network.add(
          () -> {
            if (given[0] && chance(30)) {
              return;
            }
            if (given[0] || sentAt.plusSeconds(600).isBefore(clock.instant())) {
              lateCalls++;
            }
            T result = effect.get();
            if (!given[0]) {
              inbox.add(() -> answer.accept(result));
            }
          });
    }

    private void beginRound() {
      inRound = true;
      inThisRound = waiting;
      waiting = Optional.empty();
      call(() -> record, this::read, () -> endRound(false));
    }

    private void read(Optional<Lease.Found> found) {
      Optional<Lease.Write> write = lease.decide(found, ticker());
      follow();
      if (write.isEmpty()) {
        endRound(false);
        return;
      }
      long sentAt = ticker();
      call(
          () -> write(write.get()),
          done -> written(write.get(), sentAt, done),
          () -> endRound(false));
    }

    private boolean write(Lease.Write write) {
      if (!record.map(Lease.Found::etag).equals(write.over())) {
        return false;
      }
      versions++;
      record = Optional.of(new Lease.Found(write.record(), "etag-" + versions));
      return true;
    }

    private void written(Lease.Write write, long sentAt, boolean done) {
      if (!done) {
        endRound(false);
        return;
      }
      lease.written(write, sentAt, ticker());
      follow();
      endRound(!write.takes() && lease.led() == write.record().generation());
    }

    private void endRound(boolean renewed) {
      inRound = false;
      Optional<List<NotedLaunch>> launches = inThisRound;
      inThisRound = Optional.empty();
      if (launches.isEmpty() || controller == null) {
        return;
      }
      if (renewed) {
        noted = launches;
        controller.noted(launches.get(), clock.instant());
      } else {
        refusedNotes++;
        noted = Optional.empty();
        controller.notNoted(clock.instant(), new IllegalStateException("refused"), clock.instant());
      }
    }

    private void follow() {
      if (lease.led() == term) {
        return;
      }
      term = lease.led();
      waiting = Optional.empty();
      inThisRound = Optional.empty();
      looking = false;
      if (term == 0) {
        controller = null;
        return;
      }
      takeOvers++;
      controller =
          new Controller(
              Settings.withMax(MAX),
              new BacklogPolicy(),
              new LaunchBook("argus", term, Duration.ofSeconds(60)),
              new Estimates(Settings.scaling()),
              random,
              clock.instant());
      controller.restore(lease.launches(), clock.instant());
      noted = Optional.of(lease.launches());
    }

    private void look() {
      looking = true;
      Controller mine = controller;
      Instant startedAt = clock.instant();
      call(ec2::shown, shown -> looked(mine, startedAt, shown), () -> looking = false);
    }

    private void looked(Controller mine, Instant startedAt, List<Fleet.Node> shown) {
      if (mine != controller) {
        return;
      }
      looking = false;
      resting = chance(20) ? "" : resting;
      // Nodes serve: else launching would back off most of the time.
      shown.forEach(
          node ->
              controller.hear(Messages.answer(node.id(), Duration.ofMillis(250)), clock.instant()));
      QueueCounts work = new QueueCounts(random.nextInt(400), 0);
      controller.step(clock.instant(), new Lookout.Sight(startedAt, work, shown), 0);
      note();
    }

    /** Its pools are its own, since it tells its app nodes another response queue. */
    private Fleet.Pool pool(String token) {
      String named = LaunchTokens.pool(token).orElse("");
      List<String> own = List.of(name + "a", name + "b");
      String free = own.get(own.get(0).equals(resting) ? 1 : 0);
      return new Fleet.Pool(own.contains(named) && !named.equals(resting) ? named : free, "a pool");
    }

    private void note() {
      List<NotedLaunch> launches = controller.launches(this::pool, clock.instant());
      if (noted.filter(launches::equals).isPresent()) {
        controller.noted(launches, clock.instant());
      } else if (waiting.isEmpty() && inThisRound.isEmpty()) {
        lease.note(launches);
        waiting = Optional.of(launches);
      }
    }

    private void launch(Launch launch) {
      Controller mine = controller;
      Instant startedAt = clock.instant();
      Fleet.Pool pool = pool(launch.clientToken());
      boolean own = LaunchTokens.pool(launch.clientToken()).equals(Optional.of(pool.id()));
      call(
          () -> {
            try {
              if (chance(30)) { // at worst it looks at its capacity before it looks at the token
                return own
                    ? new NoCapacityException(CODE, "none", null, chance(80))
                    : new LaunchFailedException(CODE, "none", null);
              }
              return (Object) ec2.launch(pool.id(), launch.number(), launch.clientToken());
            } catch (LaunchFailedException e) {
              return e;
            }
          },
          result -> launched(mine, launch, pool.id(), startedAt, result),
          () ->
              launched(mine, launch, pool.id(), startedAt, new IllegalStateException("timed out")));
    }

    private void launched(
        Controller mine, Launch launch, String pool, Instant startedAt, Object result) {
      if (result instanceof NoCapacityException) {
        resting = pool;
      }
      if (mine != controller) {
        return;
      }
      if (result instanceof Fleet.Node node) {
        mine.launchAccepted(launch, node, clock.instant());
      } else if (result instanceof NoCapacityException refusal
          && refusal.anotherPool()
          && mine.launchMoves(launch, clock.instant())) {
        moves++;
        note();
      } else {
        mine.launchFailed(launch, startedAt, (Exception) result, clock.instant());
      }
    }
  }
}
