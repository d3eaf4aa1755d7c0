/**
 * What hostile senders send: a seeded generator of files and forms, and the proof that each gets an
 * answer with a reason.
 */
package dev.argus.hostile;
