package dev.argus.simulation;

import dev.argus.protocol.ResponseMessage;
import dev.argus.protocol.WarmNodes;
import dev.argus.scaling.Decision;
import java.util.List;
import java.util.Optional;

/**
 * What decides in a run when nodes start and end: Argus's own controller and watchdogs ({@link
 * ArgusControl}), or a rival's. Everything is called on the run's thread, and a control serves one
 * run.
 */
public interface Control {
  /** The run begins; nodes are launched and ended by the world's fleet. */
  void start(World world);

  /** The web tier accepted a photo. */
  default void accepted() {}

  /** A node said something. */
  default void heard(ResponseMessage message) {}

  /** A node is ready, and waits for photos already. */
  default void watch(ModelNode node) {}

  /** A node that is watched holds no photo any more. */
  default void emptied(ModelNode node) {}

  /** A node that was watched is gone. */
  default void unwatch(ModelNode node) {}

  /** A node that holds nothing received nothing, and is about to receive again. */
  default void foundNothing(ModelNode node) {}

  /** Nodes that stay however little there is to do; with no more than these a run is over. */
  default int kept() {
    return 0;
  }

  /** Whether it keeps what Argus promises beyond what every control must keep. */
  default boolean isArgus() {
    return false;
  }

  /** How many nodes are worth keeping without work, if it told nodes. */
  default Optional<WarmNodes> warm() {
    return Optional.empty();
  }

  /**
   * The latest decisions to launch and why, newest first, a bounded number; empty if it keeps none.
   */
  default List<Decision> decisions() {
    return List.of();
  }
}
