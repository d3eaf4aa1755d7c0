/**
 * What else decides about nodes in a run of the simulator, for comparison with Argus's own policy:
 * rules that people use today, by their published algorithms and constants. See docs/rivals.md.
 *
 * <p>{@link dev.argus.simulation.rivals.Controls} has all of them by name.
 */
package dev.argus.simulation.rivals;
