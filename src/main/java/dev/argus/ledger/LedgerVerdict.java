package dev.argus.ledger;

import dev.argus.protocol.PhotoId;
import dev.argus.protocol.PhotoState;

/** What the objects of one photo say. */
sealed interface LedgerVerdict {
  /** It was accepted, and is in this state. */
  record Accepted(PhotoId id, PhotoState state) implements LedgerVerdict {}

  /** It has a result, but its acceptance record is gone. */
  record WithoutRecord() implements LedgerVerdict {}

  /** It was removed while it was looked at. */
  record Gone() implements LedgerVerdict {}

  /**
   * It is in no state.
   *
   * @param accepted whether it has an acceptance record
   */
  record Odd(boolean accepted, PhotoId id, String why) implements LedgerVerdict {}
}
