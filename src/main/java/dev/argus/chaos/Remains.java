package dev.argus.chaos;

import dev.argus.ledger.LedgerCount;
import java.util.List;
import java.util.Map;

/**
 * What is left in the end, apart from S3.
 *
 * @param messages how many each queue still holds, by its name
 * @param running what still runs and should not, in words
 * @param mostNodes app nodes that were there at once, at most
 * @param audit what {@code argus doctor --ledger} counts
 * @param web what the web node counts since its last start
 */
record Remains(
    Map<String, Integer> messages,
    List<String> running,
    int mostNodes,
    LedgerCount audit,
    WebLedger web) {
  Remains {
    messages = Map.copyOf(messages);
    running = List.copyOf(running);
  }
}
