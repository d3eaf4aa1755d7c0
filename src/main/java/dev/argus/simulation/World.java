package dev.argus.simulation;

import dev.argus.config.ArgusSettings;
import java.util.function.IntSupplier;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * What there is in one run, for those who act in it.
 *
 * @param system whose time it is
 * @param settings those of the cluster under simulation
 * @param waiting photos accepted and not answered yet, as the web tier counts them
 * @param observer to be told what happens
 */
public record World(
    VirtualTime time,
    ActorSystem<?> system,
    ArgusSettings settings,
    Randomness randomness,
    SimulatedQueue requests,
    SimulatedQueue responses,
    SimulatedQueue deadLetters,
    SimulatedStore store,
    SimulatedFleet fleet,
    IntSupplier waiting,
    Observer observer) {}
