package dev.argus.simulation;

import dev.argus.worker.Watchdog;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Runs the watchdogs of all nodes, for on its own node each would end with its process: a watchdog
 * stops by itself only when it has told its node to leave.
 */
final class Watchdogs extends AbstractBehavior<Watchdogs.Command> {

  sealed interface Command {}

  /** The node is there from now on. */
  record Watch(String node, Behavior<Watchdog.Command> watchdog) implements Command {}

  /** The node holds no photo any more. */
  record Emptied(String node) implements Command {}

  /** The node is gone. */
  record Forget(String node) implements Command {}

  static Behavior<Command> create() {
    return Behaviors.setup(Watchdogs::new);
  }

  /** Pekko finds children by name too, but in a tree, which is slower. */
  private final Map<String, ActorRef<Watchdog.Command>> watchdogs = new HashMap<>();

  private Watchdogs(ActorContext<Command> context) {
    super(context);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Watch.class, this::onWatch)
        .onMessage(Emptied.class, this::onEmptied)
        .onMessage(Forget.class, this::onForget)
        .build();
  }

  private Behavior<Command> onWatch(Watch watch) {
    watchdogs.put(watch.node(), getContext().spawn(watch.watchdog(), watch.node()));
    return this;
  }

  private Behavior<Command> onEmptied(Emptied emptied) {
    Optional.ofNullable(watchdogs.get(emptied.node()))
        .ifPresent(watchdog -> watchdog.tell(Watchdog.Emptied.INSTANCE));
    return this;
  }

  private Behavior<Command> onForget(Forget forget) {
    Optional.ofNullable(watchdogs.remove(forget.node())).ifPresent(getContext()::stop);
    return this;
  }
}
