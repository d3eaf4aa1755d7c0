package dev.argus.web;

import dev.argus.protocol.PhotoId;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/** Finds accepted photos without a result, from two listings in the order of their ids. */
final class Orphans {
  private Orphans() {}

  /** A line of either listing; without an id it is the end. */
  private record Entry(Optional<PhotoId> id, boolean isResult) {
    static final Entry END = new Entry(Optional.empty(), false);

    static int order(Entry a, Entry b) {
      int byId = a.id().orElseThrow().compareTo(b.id().orElseThrow());
      return byId != 0 ? byId : Boolean.compare(a.isResult(), b.isResult());
    }
  }

  /**
   * The ids in {@code accepted} that are not in {@code answered}; both sorted ascending.
   *
   * <p>A merge of the two puts a photo right before its result, so that one look at the neighbour
   * tells.
   */
  static Source<PhotoId, NotUsed> of(Source<PhotoId, ?> accepted, Source<PhotoId, ?> answered) {
    return accepted
        .map(id -> new Entry(Optional.of(id), false))
        .mergeSorted(answered.map(id -> new Entry(Optional.of(id), true)), Entry::order)
        .mapMaterializedValue(ignored -> NotUsed.getInstance())
        .concat(Source.single(Entry.END))
        .sliding(2, 1)
        .filter(Orphans::startsWithOrphan)
        .map(pair -> pair.get(0).id().orElseThrow());
  }

  private static boolean startsWithOrphan(List<Entry> pair) {
    if (pair.size() < 2 || pair.get(0).isResult()) {
      return false;
    }
    Entry next = pair.get(1);
    return !(next.isResult() && next.id().equals(pair.get(0).id()));
  }
}
