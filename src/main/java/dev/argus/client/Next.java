package dev.argus.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a response means for the photo it is about; decided without side effects. */
sealed interface Next {
  /** The result of the photo, once the client adds what it took. */
  @FunctionalInterface
  non-sealed interface Finish extends Next {
    Result result(Photo photo, Effort effort);
  }

  /**
   * The same request has to be made again.
   *
   * @param trouble what to say if it may not
   */
  record Again(Optional<Duration> retryAfter, String trouble) implements Next {}

  /**
   * The photo is accepted and waits; its result is to be asked for.
   *
   * @param after when to ask
   */
  record LookUp(PhotoId id, Duration after) implements Next {}

  /** What to do after a response to an upload. */
  static Next afterUpload(Reply reply, boolean recover) {
    Optional<PhotoId> id = reply.location().or(() -> id(reply.json()));
    int status = reply.status();
    if (recover && id.isPresent() && (status == 202 || status == 504)) {
      return new LookUp(id.get(), Duration.ZERO);
    }
    if (isRefusal(status) || (recover && isTrouble(status))) {
      return again(reply);
    }
    return finish(reply, Optional.empty());
  }

  /** What to do after a response to the question for the result of a photo. */
  static Next afterLookUp(Reply reply, PhotoId id) {
    int status = reply.status();
    if (status == 202) {
      return new LookUp(id, reply.retryAfter().orElse(Duration.ofSeconds(1)));
    }
    return isRefusal(status) || isTrouble(status) ? again(reply) : finish(reply, Optional.of(id));
  }

  /** Nobody has looked at the photo: later will do. */
  private static boolean isRefusal(int status) {
    return status == 429 || status == 503;
  }

  /** What something between the client and Argus says of Argus. */
  private static boolean isTrouble(int status) {
    return status == 502 || status == 504;
  }

  private static Again again(Reply reply) {
    return new Again(reply.retryAfter(), reply.status() + " " + title(reply.json()));
  }

  private static Finish finish(Reply reply, Optional<PhotoId> asked) {
    JsonNode json = reply.json();
    int status = reply.status();
    Optional<PhotoId> id = id(json).or(() -> asked);
    Optional<String> name = text(json, "name");
    if (status == 200 && id.isPresent() && name.isPresent()) {
      if (json.path("status").asText().equals("recognised") && text(json, "label").isPresent()) {
        return (photo, effort) -> recognised(json, photo, id.get(), name.get(), effort);
      }
      if (json.path("status").asText().equals("failed")) {
        return (photo, effort) ->
            new Result.Failed(photo, problem(json.path("problem"), status), id, name, effort);
      }
    }
    if (status >= 400) {
      return (photo, effort) -> new Result.Failed(photo, problem(json, status), id, name, effort);
    }
    String why = status + (status == 200 ? " an answer that cannot be read" : " is no answer");
    return (photo, effort) -> new Result.GaveUp(photo, why, effort);
  }

  private static Result recognised(
      JsonNode json, Photo photo, PhotoId id, String name, Effort effort) {
    List<Prediction> predictions = new ArrayList<>();
    for (JsonNode p : json.path("predictions")) {
      predictions.add(new Prediction(p.path("label").asText(), p.path("probability").asDouble()));
    }
    return new Result.Recognised(
        photo,
        id,
        name,
        json.path("label").asText(),
        json.path("probability").asDouble(),
        predictions,
        json.path("model").asText(),
        effort);
  }

  private static Problem problem(JsonNode json, int status) {
    return new Problem(
        json.path("type").asText("about:blank"),
        title(json),
        json.path("status").asInt(status),
        json.path("detail").asText(""));
  }

  /** The title of a problem is the same for every occurrence, so that it can be counted. */
  private static String title(JsonNode json) {
    return json.path("title").asText("no reason given");
  }

  private static Optional<PhotoId> id(JsonNode json) {
    return text(json, "id").flatMap(PhotoId::parse);
  }

  private static Optional<String> text(JsonNode json, String field) {
    return Optional.ofNullable(json.path(field).textValue());
  }

  /** Every id that a response gives a photo. */
  static Set<PhotoId> ids(Reply reply) {
    // A 503 only says where the result would be if the photo should have been accepted.
    return reply.status() == 503
        ? Set.of()
        : id(reply.json()).or(reply::location).map(Set::of).orElse(Set.of());
  }
}
