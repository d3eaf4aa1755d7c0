package dev.argus.web;

import dev.argus.protocol.PhotoId;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Spawns one actor for each request, and does nothing else. */
final class RequestManager {

  sealed interface Command {}

  /** Take this photo in and answer for it. */
  record Submit(RequestActor.Upload upload, Photo photo) implements Command {}

  /** Wait for the result of a photo that was accepted before. */
  record Await(PhotoId id, Duration patience, ActorRef<Outcome> replyTo) implements Command {}

  private RequestManager() {}

  static Behavior<Command> create(RequestActor.Dependencies dependencies, ResultLookup lookup) {
    return Behaviors.setup(
        context ->
            Behaviors.receive(Command.class)
                .onMessage(
                    Submit.class,
                    submit -> {
                      context
                          .spawn(
                              RequestActor.create(submit.upload(), dependencies),
                              "request-" + submit.upload().id())
                          .tell(new RequestActor.Start(submit.photo()));
                      return Behaviors.same();
                    })
                .onMessage(
                    Await.class,
                    await -> {
                      context.spawnAnonymous(
                          ResultWaiter.create(
                              await.id(),
                              await.patience(),
                              lookup,
                              dependencies.router(),
                              await.replyTo()));
                      return Behaviors.same();
                    })
                .build());
  }
}
