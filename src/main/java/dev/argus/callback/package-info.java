/**
 * Webhooks: what a client that gave an {@code Argus-Callback-Url} is told when its work is done.
 *
 * <p>{@link dev.argus.callback.Callbacks} owes them, each kept as a {@link
 * dev.argus.callback.Callback} in S3 from before its photo is accepted; a {@link
 * dev.argus.callback.DeliveryAttempt} looks into the {@link dev.argus.callback.Results} and has a
 * {@link dev.argus.callback.WebhookSender} send it to where {@link dev.argus.callback.Destinations}
 * allow it.
 */
package dev.argus.callback;
