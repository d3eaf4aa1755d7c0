package dev.argus.web;

import dev.argus.config.ArgusSettings;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.Multipart;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;
import org.apache.pekko.stream.javadsl.Sink;

/**
 * What a web tier is compared with: a route of Pekko HTTP that reads an upload to its end, keeps
 * nothing of it, and answers a constant as long as a result.
 */
final class BareRoute extends AllDirectives {
  private static final HttpEntity.Strict ANSWER =
      HttpEntities.create(ContentTypes.APPLICATION_JSON, " ".repeat(300));

  private final ActorSystem<?> system;

  private BareRoute(ActorSystem<?> system) {
    this.system = system;
  }

  public static void main(String[] args) throws Exception {
    ArgusSettings settings = ArgusSettings.load(Map.of());
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "bare", settings.config());
    ServerProcess.serve(
        Http.get(system)
            .newServerAt("127.0.0.1", 0)
            .bind(new BareRoute(system).route())
            .toCompletableFuture()
            .join()
            .localAddress()
            .getPort());
  }

  private Route route() {
    return post(
        () ->
            concat(
                path("form", () -> entity(Unmarshaller.entityToMultipartFormData(), this::form)),
                path(
                    "raw",
                    () ->
                        extractDataBytes(bytes -> answer(bytes.runWith(Sink.ignore(), system))))));
  }

  private Route form(Multipart.FormData form) {
    return answer(
        form.getParts()
            .mapAsync(1, part -> part.getEntity().getDataBytes().runWith(Sink.ignore(), system))
            .runWith(Sink.ignore(), system));
  }

  private Route answer(CompletionStage<?> read) {
    return onSuccess(read, done -> complete(ANSWER));
  }
}
