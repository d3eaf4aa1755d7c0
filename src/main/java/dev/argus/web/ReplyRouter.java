package dev.argus.web;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Hands each reply to whoever waits for its photo, by the photo's id and nothing else.
 *
 * <p>Several may wait for one photo: its uploader, and clients that long-poll. One may wait for
 * several: a batch. A waiter that stops is forgotten.
 */
final class ReplyRouter extends AbstractBehavior<ReplyRouter.Command> {

  sealed interface Command {}

  /** {@code waiter} wants the reply to this photo. */
  record Register(PhotoId id, ActorRef<ClassifyReply> waiter) implements Command {}

  /** Hand this reply over, and say how many waited for it. */
  record Route(ClassifyReply reply, ActorRef<Routed> replyTo) implements Command {}

  private record WaiterStopped(ActorRef<ClassifyReply> waiter) implements Command {}

  /** The reply has been handed over to so many waiters; none is no error: clients go away. */
  record Routed(int waiters) {}

  static Behavior<Command> create() {
    return Behaviors.setup(ReplyRouter::new);
  }

  private final Map<PhotoId, Set<ActorRef<ClassifyReply>>> waiters = new HashMap<>();
  private final Map<ActorRef<ClassifyReply>, Set<PhotoId>> photos = new HashMap<>();

  private ReplyRouter(ActorContext<Command> context) {
    super(context);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Register.class, this::onRegister)
        .onMessage(Route.class, this::onRoute)
        .onMessage(WaiterStopped.class, this::onWaiterStopped)
        .build();
  }

  private Behavior<Command> onRegister(Register register) {
    waiters.computeIfAbsent(register.id(), id -> new HashSet<>()).add(register.waiter());
    if (!photos.containsKey(register.waiter())) {
      getContext().watchWith(register.waiter(), new WaiterStopped(register.waiter()));
    }
    photos.computeIfAbsent(register.waiter(), waiter -> new HashSet<>()).add(register.id());
    return this;
  }

  private Behavior<Command> onRoute(Route route) {
    Set<ActorRef<ClassifyReply>> found = waiters.getOrDefault(route.reply().id(), Set.of());
    found.forEach(waiter -> waiter.tell(route.reply()));
    route.replyTo().tell(new Routed(found.size()));
    return this;
  }

  private Behavior<Command> onWaiterStopped(WaiterStopped stopped) {
    for (PhotoId id : photos.remove(stopped.waiter())) {
      Set<ActorRef<ClassifyReply>> left = waiters.get(id);
      left.remove(stopped.waiter());
      if (left.isEmpty()) {
        waiters.remove(id);
      }
    }
    return this;
  }
}
