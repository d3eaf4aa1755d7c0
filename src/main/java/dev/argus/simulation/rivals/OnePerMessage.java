package dev.argus.simulation.rivals;

import dev.argus.ports.QueueCounts;
import dev.argus.simulation.Control;
import dev.argus.simulation.ModelNode;
import dev.argus.simulation.World;
import dev.argus.worker.Leave;

/**
 * The original rule, as the system had it that Argus re-implements: every {@code
 * argus.scaling.interval} as many nodes are launched as messages are visible in the request queue,
 * up to the maximum, less those that there are; a node ends itself when a receive finds nothing.
 *
 * <p>This is not Argus's policy of the same name, whose nodes end by Argus's watchdog. There is
 * nothing to tune.
 */
final class OnePerMessage implements Control {
  private static final Leave EMPTY = new Leave(Leave.Reason.EMPTY, "a receive found nothing");

  private World world;
  private Group group;

  @Override
  public void start(World world) {
    this.world = world;
    this.group = new Group(world, Group.First.OLDEST);
    look();
  }

  private void look() {
    world.requests().counts().thenAccept(this::grow);
    world.time().after(world.settings().scaling().interval(), this::look);
  }

  private void grow(QueueCounts counts) {
    group.resize(Math.max(group.size(), counts.visible()));
  }

  @Override
  public void foundNothing(ModelNode node) {
    group.leave(node, EMPTY);
  }

  @Override
  public void watch(ModelNode node) {
    group.watch(node);
  }

  @Override
  public void unwatch(ModelNode node) {
    group.unwatch(node);
  }
}
