package dev.argus.ledger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The ledger as S3 has it: how many accepted photos are in which state.
 *
 * @param accepted acceptance records
 * @param answered recognised
 * @param failed failed with a reason, those that were given up not among them
 * @param deadLettered given up after repeated attempts
 * @param pending accepted and without a result
 * @param resultsWithoutRecord results whose acceptance record is gone: retention removes records
 *     first, so this is no error
 * @param oldestPending when the longest pending photo was accepted
 * @param odd objects that are in no state, since they cannot be read or contradict themselves
 * @param oddExamples the first of them
 * @param at when the count began
 */
public record LedgerCount(
    long accepted,
    long answered,
    long failed,
    long deadLettered,
    long pending,
    long resultsWithoutRecord,
    Optional<Instant> oldestPending,
    long odd,
    List<Odd> oddExamples,
    Instant at) {

  /** An object that should not be as it is. */
  public record Odd(String key, String why) {}

  public LedgerCount {
    oddExamples = List.copyOf(oddExamples);
  }

  /** Whether every accepted photo is in exactly one state and every object can be read. */
  public boolean holds() {
    return accepted == answered + failed + deadLettered + pending && odd == 0;
  }

  /** How long the oldest pending photo has been pending; zero if none is. */
  public Duration oldestPendingAge() {
    return oldestPending.map(since -> Duration.between(since, at)).orElse(Duration.ZERO);
  }

  /** For programs. */
  public ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("accepted", accepted)
            .put("answered", answered)
            .put("failed", failed)
            .put("deadLettered", deadLettered)
            .put("pending", pending)
            .put("resultsWithoutRecord", resultsWithoutRecord)
            .put("oldestPendingSeconds", oldestPendingAge().toMillis() / 1000.0)
            .put("odd", odd);
    ArrayNode examples = json.putArray("oddExamples");
    oddExamples.forEach(o -> examples.addObject().put("key", o.key()).put("why", o.why()));
    return json.put("holds", holds());
  }

  /** For people. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    line(text, "%,12d accepted", accepted);
    line(text, "%,12d answered", answered);
    line(text, "%,12d failed with a reason", failed);
    line(text, "%,12d dead-lettered", deadLettered);
    line(text, "%,12d pending%s", pending, pendingSince());
    if (resultsWithoutRecord > 0) {
      line(
          text,
          "%,12d results of photos that retention has removed (or somebody)",
          resultsWithoutRecord);
    }
    if (odd > 0) {
      line(text, "%,12d in no state:", odd);
      oddExamples.forEach(o -> line(text, "  %s: %s", o.key(), o.why()));
      if (odd > oddExamples.size()) {
        line(text, "  and %,d more", odd - oddExamples.size());
      }
    }
    line(
        text,
        holds()
            ? "The ledger holds: accepted = answered + failed + dead-lettered + pending."
            : "The ledger does not hold: %,d accepted, but %,d in a state.",
        accepted,
        answered + failed + deadLettered + pending);
    return text.toString().stripTrailing();
  }

  private String pendingSince() {
    return oldestPending
        .map(since -> ", the oldest for " + oldestPendingAge().toSeconds() + " s")
        .orElse("");
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
