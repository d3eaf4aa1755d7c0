package dev.argus.simulation;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.QueueCounts;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.WireMessage;
import dev.argus.tracing.Tracing;
import dev.argus.worker.LeaderQueue;
import dev.argus.worker.Leave;
import dev.argus.worker.NodeReports;
import dev.argus.worker.WorkerNode;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The production worker in virtual time: its stream, intake, leases, watchdog and reports, in an
 * actor system of its own that is killed with its instance. Only the network is simulated, and the
 * process around it.
 */
final class StreamNode implements Machine {
  private final World world;
  private final Instance instance;
  private final VirtualSystem system;
  private final SimulatedClassifier classifier;
  private final WorkerNode node;
  private Optional<Instant> notice = Optional.empty();
  private long received;
  private boolean leaving;
  private boolean stopped;

  private StreamNode(
      World world,
      VirtualSystem system,
      Instance instance,
      Lognormal service,
      ModelNode.Listener listener) {
    this.world = world;
    this.instance = instance;
    this.system = system;
    this.classifier = new SimulatedClassifier(world, service, listener);
    this.node =
        WorkerNode.start(
            system.system(),
            world.settings().worker(),
            new WorkerNode.Dependencies(
                new NodeReports(
                    instance.id(),
                    Optional.of(instance.launchedAt()),
                    classifier.parallelism(),
                    new LeaderQueue(world.store(), name -> world.responses(), world.responses()),
                    world.time()),
                counted(world.requests()),
                world.deadLetters(),
                name -> world.responses(),
                world.store(),
                world.fleet(),
                classifier,
                () -> CompletableFuture.completedFuture(notice),
                world.time(),
                true,
                Tracing.off()));
    node.leave().thenAccept(this::leave);
  }

  /** Begins to receive, and says READY. */
  static StreamNode start(
      World world,
      VirtualSystem run,
      Instance instance,
      Lognormal service,
      ModelNode.Listener listener) {
    return new StreamNode(
        world, run.another(world.settings().config()), instance, service, listener);
  }

  /** As the process around a node does. */
  private void leave(Leave why) {
    if (stopped) {
      return;
    }
    leaving = true;
    world.observer().leaves(instance, why);
    if (why.reason() == Leave.Reason.UNREACHABLE) {
      node.abandon();
      world.fleet().terminate(instance.id());
    } else {
      node.drain(why).whenComplete((done, failure) -> world.fleet().terminate(instance.id()));
    }
  }

  @Override
  public int held() {
    return node.receiving().held();
  }

  @Override
  public long received() {
    return received;
  }

  @Override
  public boolean isLeaving() {
    return leaving;
  }

  @Override
  public void interrupt(Instant by) {
    notice = Optional.of(by); // which the node finds when it asks next
  }

  @Override
  public void stop() {
    if (!stopped) {
      stopped = true;
      leaving = true;
      classifier.close();
      system.kill();
    }
  }

  /** The same queue, whose deliveries are counted. */
  private MessageQueue counted(MessageQueue queue) {
    return new MessageQueue() {
      @Override
      public CompletionStage<Done> send(WireMessage message) {
        return queue.send(message);
      }

      @Override
      public Source<Delivery, NotUsed> deliveries(ReceiveGate gate) {
        return queue
            .deliveries(gate)
            .map(
                delivery -> {
                  received++;
                  return delivery;
                });
      }

      @Override
      public Flow<Acknowledgement, Acknowledgement, NotUsed> acknowledgements() {
        return queue.acknowledgements();
      }

      @Override
      public CompletionStage<QueueCounts> counts() {
        return queue.counts();
      }
    };
  }
}
