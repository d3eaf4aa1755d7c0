/**
 * Batches: photos that came together in one request, and what became of each.
 *
 * <p>{@link dev.argus.batch.Batches} has an actor for each batch that somebody sends or asks for,
 * {@link dev.argus.batch.Batch}; what it knows of the photos is {@link dev.argus.batch.Photos}.
 * What outlives it is the {@link dev.argus.batch.Manifest}, kept in a {@link
 * dev.argus.batch.ManifestFile}, and the results of the photos, which a {@link
 * dev.argus.batch.PhotoFinder} looks for. So any web node can answer for any batch, and after any
 * restart.
 */
package dev.argus.batch;
