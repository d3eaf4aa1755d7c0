/**
 * A Java client: photos in, results out, as a Pekko stream or one by one.
 *
 * <p>{@link dev.argus.client.ArgusClient} is where to begin. {@link dev.argus.client.Sending}
 * brings one photo from its upload to its result, {@link dev.argus.client.Next} decides what each
 * response means, {@link dev.argus.client.RequestPool} holds the connections.
 */
package dev.argus.client;
