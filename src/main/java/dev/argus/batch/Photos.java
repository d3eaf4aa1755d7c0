package dev.argus.batch;

import dev.argus.batch.Manifest.Entry;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The photos of one batch: what is known of each, and in which order they were finished. */
final class Photos {
  private static final class Item {
    private Entry entry;
    private Optional<ClassifyReply> reply = Optional.empty();
    private Optional<Problem> lost = Optional.empty();
    private boolean awaited; // this web node waits for its answer, and will be told
    private boolean stored; // seen in the input bucket
    private boolean againSoon; // it failed, and is about to be asked for again

    private Item(Entry entry) {
      this.entry = entry;
    }

    private BatchPhoto view() {
      return againSoon
          ? new BatchPhoto(
              entry.index(), entry.name(), Optional.empty(), Optional.empty(), Optional.empty())
          : new BatchPhoto(
              entry.index(), entry.name(), entry.id(), reply, entry.problem().or(() -> lost));
    }

    private boolean isFinished() {
      return !againSoon && (reply.isPresent() || lost.isPresent() || entry.problem().isPresent());
    }
  }

  private final TreeMap<Integer, Item> items = new TreeMap<>();
  private final Map<PhotoId, Integer> indices = new HashMap<>();
  private final Set<Integer> finished = new LinkedHashSet<>(); // in the order of completion
  private int awaited;

  /** A photo that is new, or is asked for again, or of which something else is known now. */
  void put(Entry entry, boolean awaits) {
    Item item = new Item(entry);
    Item before = items.put(entry.index(), item);
    if (before != null) {
      before.entry.id().ifPresent(indices::remove);
      awaited -= before.awaited ? 1 : 0;
      finished.remove(entry.index());
    }
    entry.id().ifPresent(id -> indices.put(id, entry.index()));
    item.awaited = awaits && entry.problem().isEmpty();
    awaited += item.awaited ? 1 : 0;
    note(item);
  }

  private void note(Item item) {
    if (item.isFinished()) {
      finished.add(item.entry.index());
    }
  }

  /** What another web node, or this one earlier, wrote of them. */
  void adopt(Collection<Entry> entries) {
    for (Entry entry : entries) {
      Item known = items.get(entry.index());
      if (known == null || !known.entry.equals(entry)) {
        put(entry, false);
      }
    }
  }

  Optional<Entry> entry(int index) {
    return Optional.ofNullable(items.get(index)).map(item -> item.entry);
  }

  void answered(ClassifyReply reply) {
    Item item = item(reply.id());
    if (item != null && item.entry.problem().isEmpty()) {
      stopAwaiting(item);
      item.reply = Optional.of(reply);
      note(item);
    }
  }

  /** The photo is not there, nor will be. */
  void lost(PhotoId id, Problem why) {
    Item item = item(id);
    if (item != null && item.reply.isEmpty()) {
      item.lost = Optional.of(why);
      note(item);
    }
  }

  void stored(PhotoId id) {
    Item item = item(id);
    if (item != null) {
      item.stored = true;
    }
  }

  private Item item(PhotoId id) {
    Integer index = indices.get(id);
    return index == null ? null : items.get(index);
  }

  /** Nobody here waits for its answer any more: from now on it is looked for. */
  void leftAlone(int index) {
    Item item = items.get(index);
    if (item != null) {
      stopAwaiting(item);
    }
  }

  private void stopAwaiting(Item item) {
    awaited -= item.awaited ? 1 : 0;
    item.awaited = false;
  }

  /** Whether this web node waits for an answer to any of them. */
  boolean isAwaiting() {
    return awaited > 0;
  }

  boolean allFinished() {
    return finished.size() == items.size();
  }

  /** The indices of those that are finished. */
  Set<Integer> finished() {
    return new HashSet<>(finished);
  }

  /** A photo that has to be looked for, and whether it is known to be accepted. */
  record Sought(PhotoId id, boolean stored) {}

  /** Those without an answer that nobody here waits for, from an index on and round to it. */
  List<Sought> sought(int from) {
    List<Sought> sought = new ArrayList<>();
    List<Item> round = new ArrayList<>(items.tailMap(from).values());
    round.addAll(items.headMap(from).values());
    for (Item item : round) {
      if (!item.isFinished() && !item.awaited && !item.againSoon) {
        item.entry.id().ifPresent(id -> sought.add(new Sought(id, item.stored)));
      }
    }
    return sought;
  }

  int indexOf(PhotoId id) {
    return indices.getOrDefault(id, 0);
  }

  /** At most so many finished photos that are not among those, in the order of completion. */
  List<BatchPhoto> finishedWithout(IndexSet told, int max) {
    return finished.stream()
        .filter(index -> !told.contains(index))
        .limit(max)
        .map(index -> items.get(index).view())
        .toList();
  }

  /** All, by index. */
  List<BatchPhoto> all() {
    return items.values().stream().map(Item::view).toList();
  }

  /** Those that failed and may be asked for again: they were accepted. They count as pending. */
  List<Entry> askAgain() {
    List<Entry> failed = new ArrayList<>();
    for (Item item : items.values()) {
      if (item.isFinished() && !item.view().isRecognised() && item.entry.source().isPresent()) {
        item.againSoon = true;
        finished.remove(item.entry.index());
        failed.add(item.entry);
      }
    }
    return Collections.unmodifiableList(failed);
  }

  /** Those that were to be asked for again and were not are what they were. */
  void askedAgain() {
    for (Item item : items.values()) {
      if (item.againSoon) {
        item.againSoon = false;
        note(item);
      }
    }
  }
}
