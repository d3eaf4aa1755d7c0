package dev.argus.simulation.rivals;

import dev.argus.ports.QueueCounts;
import dev.argus.simulation.Control;
import dev.argus.simulation.ModelNode;
import dev.argus.simulation.World;
import java.time.Duration;

/**
 * KEDA's SQS scaler with the Horizontal Pod Autoscaler of Kubernetes: visible messages and those in
 * flight ({@code scaleOnInFlight}, which is the default) by {@code queueLength}.
 *
 * <p>A replica is a node of its own here, which is launched with its pod and ends with it, after at
 * most {@code argus.worker.drain-timeout}. In a real cluster a node autoscaler comes on top: it
 * notices later, and keeps what is empty for minutes more.
 */
final class Keda implements Control {
  private final KedaSettings settings;
  private World world;
  private Group group;
  private KedaActivation activation;
  private HorizontalPodAutoscaler autoscaler;

  Keda(KedaSettings settings) {
    this.settings = settings;
  }

  @Override
  public void start(World world) {
    this.world = world;
    this.group = new Group(world, Group.First.YOUNGEST);
    this.activation =
        new KedaActivation(settings.activationQueueLength(), settings.cooldownPeriod());
    this.autoscaler =
        new HorizontalPodAutoscaler(
            settings.queueLength(),
            world.settings().scaling().maxWorkers(),
            settings.stabilization());
    poll();
    sync();
  }

  private void poll() {
    world
        .requests()
        .counts()
        .thenAccept(
            counts -> group.resize(activation.replicas(now(), group.wanted(), messages(counts))));
    world.time().after(settings.pollingInterval(), this::poll);
  }

  private void sync() {
    world
        .requests()
        .counts()
        .thenAccept(
            counts -> group.resize(autoscaler.replicas(now(), group.wanted(), messages(counts))));
    world.time().after(HorizontalPodAutoscaler.SYNC_PERIOD, this::sync);
  }

  private static long messages(QueueCounts counts) {
    return (long) counts.visible() + counts.inFlight();
  }

  private Duration now() {
    return Duration.ofNanos(world.time().nanos());
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
