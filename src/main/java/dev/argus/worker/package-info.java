/**
 * The app node: takes photos from the request queue, recognises them, and leaves when it is not
 * needed.
 *
 * <p>{@link dev.argus.worker.WorkerNode} is the whole. A photo meets its parts in this order:
 *
 * <ul>
 *   <li>{@link dev.argus.worker.WorkerStream}: the chain from receive to delete. {@link
 *       dev.argus.worker.Intake} holds what this node has received, and says when there may be more
 *       and whose turn it is.
 *   <li>{@link dev.argus.worker.Opening}: is there an answer already, or was the photo tried too
 *       often ({@link dev.argus.worker.Attempts})?
 *   <li>{@link dev.argus.worker.Steps}: classify, store, reply; each takes a {@link
 *       dev.argus.worker.Work} one step further.
 *   <li>{@link dev.argus.worker.Leases}: renewed all along.
 * </ul>
 *
 * <p>What goes wrong is a {@link dev.argus.worker.Failure}: of the photo, which is an answer; of
 * the world, see {@link dev.argus.worker.Outages} and {@link dev.argus.worker.Setbacks}; or of this
 * node, see {@link dev.argus.worker.Fitness}.
 *
 * <p>What ends a node: {@link dev.argus.worker.Watchdog}, which asks {@link
 * dev.argus.worker.IdlePolicy} whether it is needed, and {@link dev.argus.worker.Interruptions} by
 * EC2. {@link dev.argus.worker.NodeReports} tell the web tier of it.
 */
package dev.argus.worker;
