package dev.argus.callback;

import dev.argus.callback.CallbackStore.Kept;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The callbacks that a web node looks after, in the order in which it looks at them next. One that
 * is being looked at has no place in that order until it is known what came of it.
 */
final class Schedule {
  private static final class Entry {
    private Kept kept;
    private Instant lookAt;
    private boolean finished; // since the look that is under way began

    private Entry(Kept kept, Instant lookAt) {
      this.kept = kept;
      this.lookAt = lookAt;
    }

    private Subject subject() {
      return kept.callback().subject();
    }
  }

  private final Map<Subject, Entry> entries = new HashMap<>();
  // No entry's time may change while it is in here.
  private final TreeSet<Entry> waiting =
      new TreeSet<>(
          Comparator.<Entry, Instant>comparing(entry -> entry.lookAt)
              .thenComparing(entry -> entry.subject().webhookId()));

  int size() {
    return entries.size();
  }

  boolean contains(Subject subject) {
    return entries.containsKey(subject);
  }

  /** One more; nothing if it is there already. */
  void add(Kept kept, Instant lookAt) {
    Entry entry = new Entry(kept, lookAt);
    if (entries.putIfAbsent(entry.subject(), entry) == null) {
      waiting.add(entry);
    }
  }

  /** Its work is finished: it is looked at now, or once more after the look that is under way. */
  void finished(Subject subject, Instant now) {
    Entry entry = entries.get(subject);
    entry.finished = true;
    if (waiting.remove(entry)) {
      entry.lookAt = now;
      waiting.add(entry);
    }
  }

  /** The one whose time came first, if it has come; the look at it is under way from now on. */
  Optional<Kept> begin(Instant now) {
    if (waiting.isEmpty() || waiting.first().lookAt.isAfter(now)) {
      return Optional.empty();
    }
    Entry entry = waiting.pollFirst();
    entry.finished = false;
    return Optional.of(entry.kept);
  }

  /** It was too early: to be looked at then, or at once if its work was finished meanwhile. */
  void tooEarly(Subject subject, Instant now, Instant next) {
    Entry entry = entries.get(subject);
    entry.lookAt = entry.finished ? now : next;
    waiting.add(entry);
  }

  /** It is to be delivered again when it is due. */
  void again(Kept kept) {
    Entry entry = entries.get(kept.callback().subject());
    entry.kept = kept;
    entry.lookAt = kept.callback().due();
    waiting.add(entry);
  }

  /** The look at it has ended, and there will be no other. */
  void remove(Subject subject) {
    entries.remove(subject);
  }
}
