package dev.argus.localaws;

import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.elasticmq.InvalidParameterValue;
import org.elasticmq.msg.StartMessageMoveTask;
import scala.util.Left;

/**
 * ElasticMQ's queue manager without the tasks that move messages from queue to queue.
 *
 * <p>They name queues by ARN, which anybody can guess, where all other actions that change
 * something need the secret path of the endpoint. Argus moves dead letters by other means.
 */
final class QueueManagerGuard extends AbstractActor {
  private final ActorRef manager;

  private QueueManagerGuard(ActorRef manager) {
    this.manager = manager;
  }

  static Props of(ActorRef manager) {
    return Props.create(QueueManagerGuard.class, () -> new QueueManagerGuard(manager));
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(StartMessageMoveTask.class, this::refuse)
        .matchAny(message -> manager.forward(message, getContext()))
        .build();
  }

  private void refuse(StartMessageMoveTask task) {
    getSender()
        .tell(
            new Left<>(
                new InvalidParameterValue(
                    task.sourceArn(), "The embedded SQS does not move messages between queues.")),
            manager);
  }
}
