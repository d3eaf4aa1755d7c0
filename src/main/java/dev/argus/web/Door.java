package dev.argus.web;

import dev.argus.config.WebSettings;
import dev.argus.protocol.Problem;
import java.time.Duration;
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
  private final WebMetrics metrics;
  private final WebSettings settings;

  /**
   * @param timeToAnswer how long a photo accepted now would wait for its answer if the fleet grew
   *     to its maximum; zero if unknown
   */
  Door(
      Admission admission,
      Ledger ledger,
      ClientRates rates,
      Supplier<Duration> timeToAnswer,
      WebMetrics metrics,
      WebSettings settings) {
    this.admission = admission;
    this.ledger = ledger;
    this.rates = rates;
    this.timeToAnswer = timeToAnswer;
    this.metrics = metrics;
    this.settings = settings;
  }

  /** A permit for one photo of at most so many bytes, or why not. */
  Verdict admit(Principal principal, long bytes) {
    Verdict verdict = judge(principal, bytes);
    if (verdict instanceof Refusal refusal) {
      metrics.refused(refusal.reason());
    }
    return verdict;
  }

  private Verdict judge(Principal principal, long bytes) {
    Duration pause = rates.take(principal.clientKey());
    if (!pause.isZero()) {
      return new Refusal(
          Refusal.Reason.CLIENT_RATE,
          Problem.Kind.RATE_LIMITED.because(
              "A client may send %,d photos at once and %,d each second after that."
                  .formatted(settings.clientBurst(), settings.clientRate())),
          pause);
    }
    Duration excess = timeToAnswer.get().minus(settings.deadline());
    if (!excess.isNegative() && !excess.isZero()) {
      return new Refusal(
          Refusal.Reason.DEADLINE,
          Problem.Kind.OVERLOADED.because(
              "So many photos wait that all app nodes together could not answer this one within"
                  + " %d s.".formatted(settings.deadline().toSeconds())),
          excess);
    }
    if (ledger.isFull()) {
      return new Refusal(
          Refusal.Reason.PENDING,
          Problem.Kind.OVERLOADED.because(
              "As many photos are pending as Argus keeps account of. Send it again later."),
          settings.retryAfter());
    }
    return admission.tryAdmit(bytes);
  }
}
