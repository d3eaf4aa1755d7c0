/**
 * Every accepted photo, counted from what S3 holds: {@link dev.argus.ledger.LedgerAudit} finds each
 * answered, failed, dead-lettered or pending, and says what is in no such state.
 */
package dev.argus.ledger;
