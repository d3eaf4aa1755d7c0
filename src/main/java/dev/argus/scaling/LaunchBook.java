package dev.argus.scaling;

import dev.argus.ports.Fleet;
import dev.argus.ports.LaunchTokens;
import dev.argus.protocol.NotedLaunch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The launches that were decided and that EC2 does not show yet, one of a number at most.
 *
 * <p>A launch is planned, placed in a pool, which its token names (see {@link LaunchTokens}), noted
 * where the next leader finds it (see {@link Term#note}), called, and accepted or failed. From its
 * plan until EC2 shows it (under its number) it counts as a node, unless it failed or the
 * visibility timeout has passed since it was accepted.
 *
 * <p>A failed call may still have started a node, a time-out above all. So its number and client
 * token are kept until it is known what came of them, and the next launch uses them again: EC2
 * starts one node for one token, however often it is called and by whomever. The same goes for what
 * earlier leaders have noted and not known the end of. So there is never a second token for a
 * number before the first has had its node and lost it, and however late a call with the first
 * arrives, a number never has two nodes.
 *
 * <p>A launch goes on to another pool, under another token that is noted before it is called, only
 * if EC2 has refused each call for its token there for want of capacity. After any other call, and
 * any that another leader may have made, one may still arrive and start a node: then the token
 * stays, wherever it is called.
 *
 * <p>Not thread-safe.
 */
final class LaunchBook {
  /**
   * One intended launch.
   *
   * @param number the n of its name
   * @param clientToken at most 64 characters with its pool (an EC2 limit), unique to this intent
   */
  record Launch(int number, String clientToken) {}

  private enum Stage {
    PLANNED,
    NOTED,
    CALLED,
    ACCEPTED,
    FAILED
  }

  /**
   * @param doubtful whether a call for its token may have started a node or start one yet
   */
  private record Entry(
      Launch launch, Stage stage, boolean doubtful, Instant decidedAt, Instant changedAt) {
    Entry at(Stage next, Instant now) {
      return new Entry(launch, next, doubtful, decidedAt, now);
    }

    Entry inDoubt(Instant now) {
      return new Entry(launch, Stage.FAILED, true, decidedAt, now);
    }

    boolean isNotCalled() {
      return stage == Stage.PLANNED || stage == Stage.NOTED;
    }

    NotedLaunch note() {
      Optional<Instant> acceptedAt =
          stage == Stage.ACCEPTED ? Optional.of(changedAt) : Optional.empty();
      return new NotedLaunch(launch.number(), launch.clientToken(), acceptedAt);
    }
  }

  private final String cluster;
  private final long generation;
  private final Duration visibilityTimeout;
  private final Map<Integer, Entry> entries = new TreeMap<>();
  private long sequence;

  /**
   * @param cluster its name, the first part of each token
   * @param generation of the leader whose book this is, which tells its tokens from all others
   */
  LaunchBook(String cluster, long generation, Duration visibilityTimeout) {
    this.cluster = cluster;
    this.generation = generation;
    this.visibilityTimeout = visibilityTimeout;
  }

  /**
   * Takes over what earlier leaders have noted. A launch that EC2 has accepted counts as a node for
   * one visibility timeout from then, however often the leader changes. Any other may have started
   * a node or start one yet, and is called again before any new one.
   */
  void restore(List<NotedLaunch> noted, Instant now) {
    for (NotedLaunch note : noted) {
      Launch launch = new Launch(note.number(), note.clientToken());
      Stage stage = note.acceptedAt().isPresent() ? Stage.ACCEPTED : Stage.FAILED;
      // Another machine's clock: one that is ahead must not make a launch count for longer.
      Instant since = note.acceptedAt().filter(at -> at.isBefore(now)).orElse(now);
      entries.put(note.number(), new Entry(launch, stage, true, since, since));
    }
  }

  /** What the next leader must know. */
  List<NotedLaunch> notes() {
    return entries.values().stream().map(Entry::note).toList();
  }

  /**
   * Drops what EC2 shows by now, and what it has accepted and should have shown long ago.
   *
   * @param seenAt when EC2 was asked for what it shows
   */
  void settle(Instant seenAt, List<Fleet.Node> shown) {
    shown.forEach(node -> entries.remove(node.number()));
    entries
        .values()
        .removeIf(
            entry ->
                entry.stage() == Stage.ACCEPTED
                    && !entry.changedAt().plus(visibilityTimeout).isAfter(seenAt));
  }

  /** Plans launches: first the failed ones again, then new ones with the smallest free numbers. */
  void plan(int count, Instant now, List<Fleet.Node> shown) {
    List<Entry> again =
        entries.values().stream()
            .filter(entry -> entry.stage() == Stage.FAILED)
            .limit(count)
            .toList();
    again.forEach(entry -> plan(entry.launch(), entry.doubtful(), now));
    Set<Integer> taken =
        shown.stream().map(Fleet.Node::number).collect(Collectors.toCollection(TreeSet::new));
    taken.addAll(entries.keySet());
    int number = 1;
    for (int planned = again.size(); planned < count; number++) {
      if (taken.add(number)) {
        sequence++;
        String token = cluster + "-" + number + "-" + generation + "-" + sequence;
        plan(new Launch(number, token), false, now);
        planned++;
      }
    }
  }

  private void plan(Launch launch, boolean doubtful, Instant now) {
    entries.put(launch.number(), new Entry(launch, Stage.PLANNED, doubtful, now, now));
  }

  /**
   * Places the launches that are not called yet, before they are noted; one that was noted for
   * another pool must be noted again. Of those in doubt the token stays.
   *
   * @param pools says for a token where its launch goes
   */
  void place(Function<String, Fleet.Pool> pools, Instant now) {
    entries.replaceAll(
        (number, entry) -> {
          if (!entry.isNotCalled() || entry.doubtful()) {
            return entry;
          }
          String intent = LaunchTokens.intent(entry.launch().clientToken());
          Launch placed = new Launch(number, LaunchTokens.in(pools.apply(intent).id(), intent));
          return entry.launch().equals(placed)
              ? entry
              : new Entry(placed, Stage.PLANNED, false, entry.decidedAt(), now);
        });
  }

  /** These launches are known to the next leader now, so EC2 may be called for them. */
  void noted(List<NotedLaunch> noted, Instant now) {
    Set<Launch> known =
        noted.stream()
            .map(note -> new Launch(note.number(), note.clientToken()))
            .collect(Collectors.toSet());
    entries.replaceAll(
        (number, entry) ->
            entry.stage() == Stage.PLANNED && known.contains(entry.launch())
                ? entry.at(Stage.NOTED, now)
                : entry);
  }

  /** Takes the next noted launch, for which EC2 is called now. */
  Optional<Launch> next(Instant now) {
    Optional<Launch> next =
        entries.values().stream()
            .filter(entry -> entry.stage() == Stage.NOTED)
            .map(Entry::launch)
            .findFirst();
    next.ifPresent(launch -> move(launch, Stage.CALLED, now));
    return next;
  }

  /** EC2 accepted the launch; it may show the node late. */
  void accepted(Launch launch, Instant now) {
    move(launch, Stage.ACCEPTED, now);
  }

  /** The launch's node has come and gone: another one needs a token of its own. */
  void over(Launch launch) {
    entries.values().removeIf(entry -> entry.launch().equals(launch));
  }

  /**
   * EC2 has refused the call and started nothing for it. Unless another call may have: plans the
   * launch again, for another pool.
   *
   * @return whether it did
   */
  boolean refused(Launch launch, Instant now) {
    boolean moves = entryOf(launch).filter(entry -> !entry.doubtful()).isPresent();
    if (moves) {
      move(launch, Stage.PLANNED, now);
    }
    return moves;
  }

  /** The call failed. Launches that were not called yet would fail alike: they are dropped. */
  void failed(Launch launch, Instant now) {
    entryOf(launch).ifPresent(entry -> entries.put(launch.number(), entry.inDoubt(now)));
    dropUncalled(now);
  }

  /** What was planned could not be noted, or may not be called; says whether there was any. */
  boolean dropUncalled(Instant now) {
    boolean any = entries.values().stream().anyMatch(Entry::isNotCalled);
    entries.replaceAll(
        (number, entry) -> entry.isNotCalled() ? entry.at(Stage.FAILED, now) : entry);
    return any;
  }

  /** For each launch that counts as a node: the time since it was decided. */
  List<Duration> unseen(Instant now) {
    List<Duration> ages = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.stage() != Stage.FAILED) {
        ages.add(Duration.between(entry.decidedAt(), now));
      }
    }
    return ages;
  }

  private void move(Launch launch, Stage stage, Instant now) {
    entryOf(launch).ifPresent(entry -> entries.put(launch.number(), entry.at(stage, now)));
  }

  /** The entry of this launch, if it is still there and not another one's by now. */
  private Optional<Entry> entryOf(Launch launch) {
    return Optional.ofNullable(entries.get(launch.number()))
        .filter(entry -> entry.launch().equals(launch));
  }
}
