/**
 * Batches: photos that came together in one request, and what became of each.
 *
 * <p>{@link dev.argus.batch.Batches} has an actor for each batch that somebody sends or asks for,
 * {@link dev.argus.batch.Batch}; what it knows of the photos is {@link dev.argus.batch.Photos}, and
 * of the batch as a whole {@link dev.argus.batch.Progress}. What outlives it is the {@link
 * dev.argus.batch.Manifest}, which a {@link dev.argus.batch.ManifestWriter} keeps in a {@link
 * dev.argus.batch.ManifestFile}, and the results of the photos, which a {@link
 * dev.argus.batch.ResultSearch} looks for. So any web node can answer for any batch, and after any
 * restart.
 */
package dev.argus.batch;
