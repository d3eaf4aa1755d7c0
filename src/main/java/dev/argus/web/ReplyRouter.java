package dev.argus.web;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
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

  /**
   * {@code waiter} wants the reply to this photo, as a message of its own.
   *
   * <p>A message adapter for each photo would do the same, and take a dozen objects for it.
   */
  record Register<T>(PhotoId id, ActorRef<T> waiter, Function<ClassifyReply, T> message)
      implements Command {
    static Register<ClassifyReply> of(PhotoId id, ActorRef<ClassifyReply> waiter) {
      return new Register<>(id, waiter, Function.identity());
    }

    private void handOver(ClassifyReply reply) {
      waiter.tell(message.apply(reply));
    }
  }

  /** Hand this reply over, and say how many waited for it. */
  record Route(ClassifyReply reply, ActorRef<Routed> replyTo) implements Command {}

  /** {@code waiter} does not want it any more. */
  record Forget(PhotoId id, ActorRef<?> waiter) implements Command {}

  /** The reply has been handed over to so many waiters; none is no error: clients go away. */
  record Routed(int waiters) {}

  static Behavior<Command> create() {
    return Behaviors.setup(ReplyRouter::new);
  }

  private final Map<PhotoId, List<Register<?>>> waiters = new HashMap<>();

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

  private Behavior<Command> onRegister(Register<?> register) {
    waiters.merge(
        register.id(),
        List.of(register), // nearly always the only one
        (before, more) ->
            Stream.concat(without(before, register.waiter()), more.stream()).toList());
    return this;
  }

  private Behavior<Command> onRoute(Route route) {
    List<Register<?>> found =
        Objects.requireNonNullElse(waiters.remove(route.reply().id()), List.of());
    found.forEach(waiter -> waiter.handOver(route.reply()));
    route.replyTo().tell(new Routed(found.size()));
    return this;
  }

  private Behavior<Command> onForget(Forget forget) {
    waiters.computeIfPresent(
        forget.id(),
        (id, before) -> {
          List<Register<?>> left = without(before, forget.waiter()).toList();
          return left.isEmpty() ? null : left;
        });
    return this;
  }

  private static Stream<Register<?>> without(List<Register<?>> waiters, ActorRef<?> leaves) {
    return waiters.stream().filter(known -> !known.waiter().equals(leaves));
  }
}
