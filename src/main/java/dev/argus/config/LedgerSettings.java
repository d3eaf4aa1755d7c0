package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The account of accepted photos; {@code argus.ledger}.
 *
 * @param maxPending photos accepted and not answered; past it uploads are refused
 * @param settledMemory ids of answered photos that are remembered
 * @param reconcileAfter how long a photo is pending before its result is looked for in S3
 * @param reconcileInterval how often such photos are looked for
 * @param reconcileBatch how many at most each time
 */
public record LedgerSettings(
    int maxPending,
    int settledMemory,
    Duration reconcileAfter,
    Duration reconcileInterval,
    int reconcileBatch) {

  public LedgerSettings {
    Checks.atLeast("ledger.max-pending", maxPending, 1);
    Checks.atLeast("ledger.settled-memory", settledMemory, 1);
    Checks.positive("ledger.reconcile-after", reconcileAfter);
    Checks.positive("ledger.reconcile-interval", reconcileInterval);
    Checks.atLeast("ledger.reconcile-batch", reconcileBatch, 1);
  }

  static LedgerSettings from(Config c) {
    return new LedgerSettings(
        c.getInt("max-pending"),
        c.getInt("settled-memory"),
        c.getDuration("reconcile-after"),
        c.getDuration("reconcile-interval"),
        c.getInt("reconcile-batch"));
  }
}
