package dev.argus.scaling;

import dev.argus.ports.Fleet;
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
 * The launches that were decided and that EC2 does not show yet.
 *
 * <p>A launch is planned, taken to be noted (see {@link LaunchNotes}), called, and accepted or
 * failed. Until EC2 shows it (under its number) it counts as a node, unless it failed or the
 * visibility timeout has passed since its call or its acceptance.
 *
 * <p>A failed call may still have started a node, a time-out above all. So its number and client
 * token are kept for the visibility timeout, and the next launch uses them again: EC2 starts one
 * node for one token, however often it is called. After that time EC2 would show the node. What an
 * earlier run of the controller has noted is taken for failed: no new token is used before those
 * have been called again, so nodes that EC2 hides are found before the maximum could be exceeded.
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
    TAKEN,
    CALLED,
    FAILED;

    /** Before the call nothing can have started; how long a note takes is bounded elsewhere. */
    boolean expires() {
      return this == CALLED || this == FAILED;
    }
  }

  private record Entry(Launch launch, Stage stage, Instant decidedAt, Instant changedAt) {
    Entry at(Stage next, Instant now) {
      return new Entry(launch, next, decidedAt, now);
    }
  }

  /** In visibility timeouts. */
  private static final int MAX_NOTE_AGE = 3;

  private final String tokenPrefix;
  private final String run;
  private final Duration visibilityTimeout;
  private final Map<Integer, Entry> entries = new TreeMap<>();
  private long sequence;

  /**
   * @param tokenPrefix the cluster's name
   * @param run tells this run of the controller from all others, whose tokens EC2 still remembers
   */
  LaunchBook(String tokenPrefix, long run, Duration visibilityTimeout) {
    this.tokenPrefix = tokenPrefix;
    this.run = Long.toHexString(run);
    this.visibilityTimeout = visibilityTimeout;
  }

  /**
   * Takes over what an earlier run has noted, for one visibility timeout from now.
   *
   * <p>A note is older than the node that it announces by the time of two calls, that to S3 and
   * that to EC2, neither of which takes longer than the timeout. So it is old only after three
   * times that. Of one that cannot be read the token is not known: it counts as a node.
   */
  void restore(List<LaunchNotes.Note> notes, Instant now) {
    for (LaunchNotes.Note note : notes) {
      Duration age = Duration.between(note.at(), now);
      if (age.compareTo(visibilityTimeout.multipliedBy(MAX_NOTE_AGE)) < 0) {
        Launch launch = new Launch(note.number(), note.clientToken().orElse(""));
        Stage stage = note.clientToken().isPresent() ? Stage.FAILED : Stage.CALLED;
        entries.put(note.number(), new Entry(launch, stage, now, now));
      }
    }
  }

  /**
   * Drops what EC2 shows by now, and what it should have shown long ago.
   *
   * @param seenAt when EC2 was asked for what it shows
   */
  void settle(Instant seenAt, List<Fleet.Node> shown) {
    shown.forEach(node -> entries.remove(node.number()));
    entries
        .values()
        .removeIf(
            entry ->
                entry.stage().expires()
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
        plan(new Launch(number, tokenPrefix + "-" + number + "-" + run + "-" + sequence), now);
        planned++;
      }
    }
  }

  /** Takes the next planned launch, to note it and then call EC2 for it. */
  Optional<Launch> next(Instant now) {
    Optional<Launch> next =
        entries.values().stream()
            .filter(entry -> entry.stage() == Stage.PLANNED)
            .map(Entry::launch)
            .findFirst();
    next.ifPresent(launch -> move(launch, Stage.TAKEN, now));
    return next;
  }

  /** EC2 is called now; false if it must not be, since it shows the node by now. */
  boolean call(Launch launch, Instant now) {
    return move(launch, Stage.CALLED, now);
  }

  /** EC2 accepted the launch; it may show the node late. */
  void accepted(Launch launch, Instant now) {
    move(launch, Stage.CALLED, now);
  }

  /** The launch's node has come and gone: another one needs a token of its own. */
  void over(Launch launch) {
    entries.values().removeIf(entry -> entry.launch().equals(launch));
  }

  /** The call failed. Launches that are planned only would fail alike: they are dropped. */
  void failed(Launch launch, Instant now) {
    move(launch, Stage.FAILED, now);
    entries.replaceAll(
        (number, entry) -> entry.stage() == Stage.PLANNED ? entry.at(Stage.FAILED, now) : entry);
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

  private void plan(Launch launch, Instant now) {
    entries.put(launch.number(), new Entry(launch, Stage.PLANNED, now, now));
  }

  /** Moves the entry of this launch, if it is still there and not another one's by now. */
  private boolean move(Launch launch, Stage stage, Instant now) {
    Entry entry = entries.get(launch.number());
    boolean there = entry != null && entry.launch().equals(launch);
    if (there) {
      entries.put(launch.number(), entry.at(stage, now));
    }
    return there;
  }
}
