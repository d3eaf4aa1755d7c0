package dev.argus.scaling;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.ListIterator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The latest scaling decisions, for people who ask why a node was launched, or was not.
 *
 * <p>Holds a bounded number of entries; the oldest go first. A decision that launches nothing for
 * the same reason as the one before is folded into its entry, so an idle night is one entry.
 *
 * <p>Thread-safe: one actor writes, any request may read.
 */
public final class DecisionLog {
  /**
   * One decision, or several alike in a row.
   *
   * @param decision the first of them
   * @param lastAt when the last of them was taken
   * @param count how many they are
   * @param launches what became of the launches, for people, in the order of events
   */
  public record Entry(Decision decision, Instant lastAt, int count, List<String> launches) {
    public Entry {
      launches = List.copyOf(launches);
    }

    private Entry with(String what) {
      List<String> more = new ArrayList<>(launches);
      more.add(what);
      return new Entry(decision, lastAt, count, more);
    }
  }

  /**
   * Enough for a fleet of 19 that tries some pools; what is beyond is in the log of the program.
   */
  private static final int MAX_LAUNCHES = 50;

  private final int size;
  private final LinkedList<Entry> newestFirst = new LinkedList<>();

  /**
   * @param size how many entries are kept, 1 or more
   */
  public DecisionLog(int size) {
    this.size = size;
  }

  /**
   * Adds a decision.
   *
   * @return whether it is news: it launches, or has another kind of reason than the one before
   */
  synchronized boolean add(Decision decision) {
    Entry latest = newestFirst.peekFirst();
    if (latest != null && alike(latest.decision(), decision)) {
      newestFirst.removeFirst();
      newestFirst.addFirst(
          new Entry(latest.decision(), decision.at(), latest.count() + 1, latest.launches()));
      return false;
    }
    if (newestFirst.size() == size) {
      newestFirst.removeLast();
    }
    newestFirst.addFirst(new Entry(decision, decision.at(), 1, List.of()));
    return latest == null
        || decision.launch() > 0
        || latest.decision().verdict() != decision.verdict();
  }

  /**
   * Adds what became of a launch to the latest decision that launched, though others may have been
   * taken since: where it went, and which pools had nothing to give.
   */
  synchronized void launched(String what) {
    for (ListIterator<Entry> entries = newestFirst.listIterator(); entries.hasNext(); ) {
      Entry entry = entries.next();
      if (entry.decision().launch() > 0) {
        if (entry.launches().size() < MAX_LAUNCHES) {
          entries.set(entry.with(what));
        }
        return;
      }
    }
  }

  /** What is kept, newest first. */
  public synchronized List<Entry> entries() {
    return new ArrayList<>(newestFirst);
  }

  /** What is kept, newest first, as an array of flat objects; times in ISO 8601 and in ms. */
  public ArrayNode toJson() {
    return toJson(size);
  }

  /** The latest of them, so many, and before those as many that launched something. */
  ArrayNode toJson(int most) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    List<Entry> entries = entries();
    List<Entry> latest = entries.subList(0, Math.min(most, entries.size()));
    List<Entry> older = entries.subList(latest.size(), entries.size());
    Stream.concat(
            latest.stream(),
            older.stream().filter(entry -> entry.decision().launch() > 0).limit(most))
        .forEach(entry -> array.add(DecisionJson.of(entry)));
    return array;
  }

  /** Why the controller cannot do now what it should; empty if it can. */
  public synchronized Optional<String> trouble() {
    return Optional.ofNullable(newestFirst.peekFirst())
        .map(Entry::decision)
        .filter(decision -> decision.verdict().isTrouble())
        .map(Decision::reason);
  }

  private static boolean alike(Decision one, Decision other) {
    return one.launch() == 0
        && other.launch() == 0
        && one.verdict() == other.verdict()
        && one.reason().equals(other.reason());
  }
}
