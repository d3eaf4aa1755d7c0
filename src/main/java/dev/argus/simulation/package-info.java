/**
 * The simulator: the production web tier, controller and watchdogs, unchanged, in virtual time.
 *
 * <p>{@link dev.argus.simulation.Simulation} is a run. Its actors live in an actor system of the
 * Pekko TestKit ({@link dev.argus.simulation.VirtualSystem}), whose time is our own: the TestKit's
 * {@code ManualTime} sleeps for 100 ms of real time at each step, and leaves actors on a pool of
 * threads, in an order of their own. Here {@link dev.argus.simulation.VirtualTime} is the scheduler
 * and the executor of all dispatchers, on one thread, and moves on only when nothing is left to do.
 *
 * <p>Around them: {@link dev.argus.simulation.SimulatedQueue}, {@link
 * dev.argus.simulation.SimulatedStore} and {@link dev.argus.simulation.SimulatedFleet} are the
 * ports as AWS behaves, with {@link dev.argus.simulation.Faults} if wanted; {@link
 * dev.argus.simulation.ModelNode} is an app node whose computing is a random time. A {@link
 * dev.argus.simulation.Control} decides about nodes: {@link dev.argus.simulation.ArgusControl}, or
 * a rival's.
 */
package dev.argus.simulation;
