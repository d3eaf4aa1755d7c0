package dev.argus.simulation.rivals;

import dev.argus.ports.QueueCounts;
import dev.argus.simulation.Control;
import dev.argus.simulation.ModelNode;
import dev.argus.simulation.World;

/**
 * An EC2 Auto Scaling group with a target tracking policy on the backlog per instance: the visible
 * messages by the instances that are in service, published once in each period.
 *
 * <p>An instance is in service as soon as EC2 runs it. Metrics and alarms take no time here. An
 * instance that is ended finishes what it holds within {@code argus.worker.drain-timeout}.
 */
final class TargetTrackingGroup implements Control {
  private final TargetTrackingSettings settings;
  private World world;
  private Group group;
  private TargetTracking policy;

  TargetTrackingGroup(TargetTrackingSettings settings) {
    this.settings = settings;
  }

  @Override
  public void start(World world) {
    this.world = world;
    this.group = new Group(world, Group.First.OLDEST);
    this.policy =
        new TargetTracking(
            settings.backlog(), settings.min(), world.settings().scaling().maxWorkers());
    group.resize(settings.min());
    world.time().after(settings.period(), this::look);
  }

  private void look() {
    world.requests().counts().thenAccept(this::publish);
    world.time().after(settings.period(), this::look);
  }

  private void publish(QueueCounts counts) {
    int instances = settings.min() == 0 ? Math.max(1, group.running()) : group.running();
    if (instances == 0) {
      policy.missing();
      group.resize(group.wanted());
      return;
    }
    group.resize(
        policy.capacity(
            (double) counts.visible() / instances,
            instances,
            group.wanted(),
            group.areAllOlderThan(settings.warmUp())));
  }

  @Override
  public void watch(ModelNode node) {
    group.watch(node);
  }

  @Override
  public void unwatch(ModelNode node) {
    group.unwatch(node);
  }

  @Override
  public int kept() {
    return settings.min();
  }
}
