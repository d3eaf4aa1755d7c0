package dev.argus.scaling;

import dev.argus.ports.Fleet;
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
import java.util.stream.Collectors;

/**
 * The launches that were decided and that EC2 does not show yet, one of a number at most.
 *
 * <p>A launch is planned, noted where the next leader finds it (see {@link Term#note}), called, and
 * accepted or failed. From its plan until EC2 shows it (under its number) it counts as a node,
 * unless it failed or the visibility timeout has passed since it was accepted.
 *
 * <p>A failed call may still have started a node, a time-out above all. So its number and client
 * token are kept until it is known what came of them, and the next launch uses them again: EC2
 * starts one node for one token, however often it is called and by whomever. The same goes for what
 * earlier leaders have noted and not known the end of. So there is never a second token for a
 * number before the first has had its node and lost it, and however late a call with the first
 * arrives, a number never has two nodes.
 *
 * <p>Not thread-safe.
 */
final class LaunchBook {
  /**
   * One intended launch.
   *
   * @param number the n of its name
   * @param clientToken at most 64 characters (an EC2 limit), unique to this intent
   */
  record Launch(int number, String clientToken) {}

  private enum Stage {
    PLANNED,
    NOTED,
    CALLED,
    ACCEPTED,
    FAILED
  }

  private record Entry(Launch launch, Stage stage, Instant decidedAt, Instant changedAt) {
    Entry at(Stage next, Instant now) {
      return new Entry(launch, next, decidedAt, now);
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
      entries.put(note.number(), new Entry(launch, stage, since, since));
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
    List<Launch> again =
        entries.values().stream()
            .filter(entry -> entry.stage() == Stage.FAILED)
            .map(Entry::launch)
            .limit(count)
            .toList();
    again.forEach(launch -> plan(launch, now));
    Set<Integer> taken =
        shown.stream().map(Fleet.Node::number).collect(Collectors.toCollection(TreeSet::new));
    taken.addAll(entries.keySet());
    int number = 1;
    for (int planned = again.size(); planned < count; number++) {
      if (taken.add(number)) {
        sequence++;
        String token = cluster + "-" + number + "-" + generation + "-" + sequence;
        plan(new Launch(number, token), now);
        planned++;
      }
    }
  }

  private void plan(Launch launch, Instant now) {
    entries.put(launch.number(), new Entry(launch, Stage.PLANNED, now, now));
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

  /** The call failed. Launches that were not called yet would fail alike: they are dropped. */
  void failed(Launch launch, Instant now) {
    move(launch, Stage.FAILED, now);
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

  /** Moves the entry of this launch, if it is still there and not another one's by now. */
  private void move(Launch launch, Stage stage, Instant now) {
    Entry entry = entries.get(launch.number());
    if (entry != null && entry.launch().equals(launch)) {
      entries.put(launch.number(), entry.at(stage, now));
    }
  }
}
