package dev.argus.web;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
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
 * several: a batch. A reply is handed over once; whoever stops before it has come says so, which
 * costs less than to watch each of them.
 */
final class ReplyRouter extends AbstractBehavior<ReplyRouter.Command> {

  sealed interface Command {}

  /** {@code waiter} wants the reply to this photo. */
  record Register(PhotoId id, ActorRef<ClassifyReply> waiter) implements Command {}

  /** Hand this reply over, and say how many waited for it. */
  record Route(ClassifyReply reply, ActorRef<Routed> replyTo) implements Command {}

  /** {@code waiter} does not want it any more. */
  record Forget(PhotoId id, ActorRef<ClassifyReply> waiter) implements Command {}

  /** The reply has been handed over to so many waiters; none is no error: clients go away. */
  record Routed(int waiters) {}

  static Behavior<Command> create() {
    return Behaviors.setup(ReplyRouter::new);
  }

  private final Map<PhotoId, Set<ActorRef<ClassifyReply>>> waiters = new HashMap<>();

  private ReplyRouter(ActorContext<Command> context) {
    super(context);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Register.class, this::onRegister)
        .onMessage(Route.class, this::onRoute)
        .onMessage(Forget.class, this::onForget)
        .build();
  }

  private Behavior<Command> onRegister(Register register) {
    waiters.computeIfAbsent(register.id(), id -> new HashSet<>()).add(register.waiter());
    return this;
  }

  private Behavior<Command> onRoute(Route route) {
    Set<ActorRef<ClassifyReply>> found =
        Objects.requireNonNullElse(waiters.remove(route.reply().id()), Set.of());
    found.forEach(waiter -> waiter.tell(route.reply()));
    route.replyTo().tell(new Routed(found.size()));
    return this;
  }

  private Behavior<Command> onForget(Forget forget) {
    waiters.computeIfPresent(
        forget.id(),
        (id, left) -> {
          left.remove(forget.waiter());
          return left.isEmpty() ? null : left;
        });
    return this;
  }
}
