package dev.argus.web;

import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides whether one more photo may come in, before its body is read.
 *
 * <p>In turn: whether its client sends too fast, whether the fleet could answer it within the
 * deadline, and whether there is room ({@link Ledger}, {@link Admission}). None of it makes a call.
 * Safe for use by many threads.
 */
final class Door {
  private final Admission admission;
  private final Ledger ledger;
  private final ClientRates rates;
  private final Supplier<Duration> timeToAnswer;
  private final Duration deadline;
  private final WebMetrics metrics;

  /**
   * @param timeToAnswer how long a photo accepted now would wait for its answer if the fleet grew
   *     to its maximum; zero if unknown
   * @param deadline how long a client waits for its answer at most
   */
  Door(
      Admission admission,
      Ledger ledger,
      ClientRates rates,
      Supplier<Duration> timeToAnswer,
      Duration deadline,
      WebMetrics metrics) {
    this.admission = admission;
    this.ledger = ledger;
    this.rates = rates;
    this.timeToAnswer = timeToAnswer;
    this.deadline = deadline;
    this.metrics = metrics;
  }

  /** A permit for one photo of at most so many bytes, or why not. */
  Verdict admit(Principal principal, long bytes) {
    Verdict verdict = ask(principal, bytes);
    if (verdict instanceof Refusal refusal) {
      refused(refusal);
    }
    return verdict;
  }

  /** Counts a photo that is not taken. */
  void refused(Refusal refusal) {
    metrics.refused(refusal.reason());
  }

  /** The same for one who asks again later: a refusal is not counted. */
  Verdict ask(Principal principal, long bytes) {
    Duration pause = rates.take(principal.clientKey());
    if (!pause.isZero()) {
      return rates.refusal(pause);
    }
    Duration excess = timeToAnswer.get().minus(deadline);
    if (!excess.isNegative() && !excess.isZero()) {
      return new Refusal(
          Refusal.Reason.DEADLINE,
          Problem.Kind.OVERLOADED.because(
              "So many photos wait that all app nodes together could not answer this one within"
                  + " %d s.".formatted(deadline.toSeconds())),
          Optional.of(excess));
    }
    if (ledger.isFull()) {
      return new Refusal(
          Refusal.Reason.PENDING,
          Problem.Kind.OVERLOADED.because(
              "As many photos are pending as Argus keeps account of. Send it again later."));
    }
    return admission.tryAdmit(bytes);
  }
}
