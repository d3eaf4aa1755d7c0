/**
 * The workload generator: {@code argus load}.
 *
 * <p>{@link dev.argus.load.LoadGenerator} sends photos in a closed or an open loop, {@link
 * dev.argus.load.Tally} counts what comes back, {@link dev.argus.load.LoadReport} is the outcome as
 * text, JSON and a page with charts.
 */
package dev.argus.load;
