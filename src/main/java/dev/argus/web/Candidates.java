package dev.argus.web;

import dev.argus.protocol.PhotoId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Photos without an answer that the head of the queue has passed, or that were sent again: at most
 * so many, the oldest first.
 *
 * <p>Each is remembered with when that was noticed. If its message is on the queue all the same, it
 * was put there before; so once the head has come to photos accepted later, it is not.
 */
final class Candidates {
  private final int max;
  private final TreeMap<PhotoId, Instant> noticedAt = new TreeMap<>();

  Candidates(int max) {
    this.max = max;
  }

  boolean hasRoom() {
    return noticedAt.size() < max;
  }

  /** Remembers those that are new; the first there is no room for, by its time, if there is one. */
  Optional<Instant> note(List<PhotoId> ids, Instant now) {
    for (PhotoId id : ids) {
      if (!noticedAt.containsKey(id) && !hasRoom()) {
        return Optional.of(id.acceptedAt());
      }
      noticedAt.putIfAbsent(id, now);
    }
    return Optional.empty();
  }

  /** When the oldest was accepted. */
  Optional<Instant> oldest() {
    return noticedAt.isEmpty() ? Optional.empty() : Optional.of(noticedAt.firstKey().acceptedAt());
  }

  List<PhotoId> all() {
    return List.copyOf(noticedAt.keySet());
  }

  /** Those that were noticed before the photos that the head has come to were accepted. */
  List<PhotoId> overtaken(Instant head) {
    return noticedAt.entrySet().stream()
        .filter(candidate -> candidate.getValue().isBefore(head))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Its message is at the back of the queue now. */
  void sent(PhotoId id, Instant now) {
    noticedAt.put(id, now);
  }

  void settled(PhotoId id) {
    noticedAt.remove(id);
  }
}
