package dev.argus.batch;

import dev.argus.protocol.BatchId;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is kept of a batch in the state bucket, so that any web node can answer for it: which photos
 * it has. Their results lie where those of all photos do.
 *
 * <p>A photo is in the manifest before it is stored; so it may be there and was never accepted.
 *
 * @param receivingUntil the request is being read, and its web node says so again before this time;
 *     empty when it has been read
 * @param cancelled nothing is taken any more, and who was not answered has a problem that says so
 * @param entries by index
 */
record Manifest(
    BatchId id,
    Optional<Instant> receivingUntil,
    boolean cancelled,
    SortedMap<Integer, Entry> entries) {

  /**
   * One photo.
   *
   * @param index its place in the form, from 0
   * @param id empty if it was refused
   * @param bytes of whose acceptance record they are, if this photo was asked for again
   * @param problem why there is no answer, nor will be
   */
  record Entry(
      int index,
      String name,
      Optional<PhotoId> id,
      Optional<PhotoId> bytes,
      Optional<Problem> problem) {

    /** A photo of which no more is known. */
    static Entry unaccepted(int index, String name) {
      return new Entry(index, name, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** A photo that was not accepted. */
    Entry refused(Problem why) {
      return new Entry(index, name, Optional.empty(), bytes, Optional.of(why));
    }

    /** An accepted photo whose answer nobody wants. */
    Entry discarded() {
      return new Entry(index, name, id, bytes, Optional.of(cancelledProblem()));
    }

    /** Under which id its bytes lie in the input bucket, if they do. */
    Optional<PhotoId> source() {
      return bytes.or(() -> id);
    }
  }

  Manifest {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  /** A batch of which nothing is known yet. */
  static Manifest opened(BatchId id, Instant receivingUntil) {
    return new Manifest(id, Optional.of(receivingUntil), false, new TreeMap<>());
  }

  static Problem cancelledProblem() {
    return Problem.Kind.BATCH_CANCELLED.because(
        "Its batch was cancelled before the photo was answered.");
  }

  /** With these photos, in place of those of the same indices; a cancelled batch takes none. */
  Manifest with(Collection<Entry> more) {
    if (cancelled) {
      return this;
    }
    SortedMap<Integer, Entry> all = new TreeMap<>(entries);
    more.forEach(entry -> all.put(entry.index(), entry));
    return new Manifest(id, receivingUntil, false, all);
  }

  /** Its request is still being read. */
  Manifest receivingUntil(Instant until) {
    return receivingUntil.isEmpty() ? this : new Manifest(id, Optional.of(until), false, entries);
  }

  /** Its request has been read. */
  Manifest received() {
    return new Manifest(id, Optional.empty(), cancelled, entries);
  }

  /**
   * Nothing more is taken, and the answers of all photos but these are discarded.
   *
   * @param answered indices
   */
  Manifest cancel(Set<Integer> answered) {
    SortedMap<Integer, Entry> all = new TreeMap<>(entries);
    all.replaceAll(
        (index, entry) ->
            entry.problem().isPresent() || answered.contains(index) ? entry : entry.discarded());
    return new Manifest(id, Optional.empty(), true, all);
  }

  boolean isReceiving(Instant now) {
    return receivingUntil.filter(now::isBefore).isPresent();
  }
}
