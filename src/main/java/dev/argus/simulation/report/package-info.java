/**
 * What is made of runs of the simulator: pages with charts, comparisons of policies over families
 * of traffic and seeds, and a gate for CI.
 *
 * <p>{@link dev.argus.simulation.SimulationReport} is one run as text and JSON, {@link
 * dev.argus.simulation.report.RunReport} the same with its rivals, {@link
 * dev.argus.simulation.report.SimulationPage} that as a page. {@link
 * dev.argus.simulation.report.Comparison} runs many, {@link
 * dev.argus.simulation.report.ComparisonReport} tells what came of them.
 */
package dev.argus.simulation.report;
