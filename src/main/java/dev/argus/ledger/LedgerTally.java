package dev.argus.ledger;

import dev.argus.protocol.PhotoId;
import dev.argus.protocol.PhotoState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds verdicts up; for one stream, not for several threads at once. */
final class LedgerTally {
  /** Odd objects that are named; of more there is only the number. */
  private static final int MAX_EXAMPLES = 20;

  private final Instant at;
  private final Map<PhotoState, Long> states = new EnumMap<>(PhotoState.class);
  private final List<LedgerCount.Odd> examples = new ArrayList<>();
  private long looked;
  private long accepted;
  private long withoutRecord;
  private long odd;
  private Optional<PhotoId> oldestPending = Optional.empty();

  LedgerTally(Instant at) {
    this.at = at;
  }

  void add(LedgerVerdict verdict) {
    looked++;
    if (verdict instanceof LedgerVerdict.Accepted photo) {
      accepted++;
      states.merge(photo.state(), 1L, Long::sum);
      if (photo.state() == PhotoState.PENDING
          && oldestPending.filter(id -> id.compareTo(photo.id()) <= 0).isEmpty()) {
        oldestPending = Optional.of(photo.id());
      }
    } else if (verdict instanceof LedgerVerdict.WithoutRecord) {
      withoutRecord++;
    } else if (verdict instanceof LedgerVerdict.Odd photo) {
      odd++;
      accepted += photo.accepted() ? 1 : 0;
      if (examples.size() < MAX_EXAMPLES) {
        examples.add(new LedgerCount.Odd(photo.id().toString(), photo.why()));
      }
    }
  }

  long looked() {
    return looked;
  }

  LedgerCount count() {
    return new LedgerCount(
        accepted,
        states.getOrDefault(PhotoState.ANSWERED, 0L),
        states.getOrDefault(PhotoState.FAILED, 0L),
        states.getOrDefault(PhotoState.DEAD_LETTERED, 0L),
        states.getOrDefault(PhotoState.PENDING, 0L),
        withoutRecord,
        oldestPending.map(PhotoId::acceptedAt),
        odd,
        examples,
        at);
  }
}
