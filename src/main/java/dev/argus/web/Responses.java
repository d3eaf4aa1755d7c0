package dev.argus.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaRange;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Accept;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Outcomes and problems as HTTP responses, as JSON or as plain text. */
final class Responses {
  static final ContentType PROBLEM_JSON =
      MediaTypes.customWithFixedCharset(
              "application", "problem+json", HttpCharsets.UTF_8, Map.of(), false)
          .toContentType();

  private final Duration retryAfter;

  Responses(Duration retryAfter) {
    this.retryAfter = retryAfter;
  }

  /** How a recognised photo is told to a client that asked for plain text. */
  enum TextForm {
    LABEL,
    NAME_AND_LABEL
  }

  /** Whether the client asked for plain text, and not for everything or for JSON too. */
  static boolean wantsText(HttpRequest request) {
    boolean text = false;
    for (var header : request.getHeaders()) {
      if (header instanceof Accept accept) {
        for (MediaRange range : accept.getMediaRanges()) {
          if (range.matches(MediaTypes.APPLICATION_JSON)) {
            return false;
          }
          text |= range.matches(MediaTypes.TEXT_PLAIN);
        }
      }
    }
    return text;
  }

  /** The path where the result of a photo is, or will be. */
  static String location(PhotoId id) {
    return "/v1/images/" + id;
  }

  HttpResponse json(int status, JsonNode body) {
    return HttpResponse.create()
        .withStatus(StatusCodes.get(status))
        .withEntity(ContentTypes.APPLICATION_JSON, body.toString());
  }

  /** Whether this web node can serve, and a hint when to look again if it cannot. */
  HttpResponse readiness(boolean ready, JsonNode body) {
    return ready ? json(200, body) : json(503, body).addHeader(retryAfter(retryAfter));
  }

  /** What a client is told that is not served. */
  HttpResponse refusal(Refusal refusal, boolean asText) {
    return problem(
        refusal.problem(),
        Codec.toJsonNode(refusal.problem()),
        refusal.retryAfter().orElse(retryAfter),
        asText);
  }

  HttpResponse text(int status, String body) {
    return HttpResponse.create()
        .withStatus(StatusCodes.get(status))
        .withEntity(ContentTypes.TEXT_PLAIN_UTF8, body);
  }

  HttpResponse problem(Problem problem, boolean asText) {
    return problem(problem, Codec.toJsonNode(problem), asText);
  }

  private HttpResponse problem(Problem problem, ObjectNode body, boolean asText) {
    return problem(problem, body, retryAfter, asText);
  }

  private HttpResponse problem(
      Problem problem, ObjectNode body, Duration comeAgainAfter, boolean asText) {
    HttpResponse response =
        asText
            ? text(problem.status(), problem.title() + ": " + problem.detail() + "\n")
            : HttpResponse.create()
                .withStatus(StatusCodes.get(problem.status()))
                .withEntity(
                    HttpEntities.create(
                        PROBLEM_JSON, body.toString().getBytes(StandardCharsets.UTF_8)));
    return problem.status() == 503 || problem.status() == 429
        ? response.addHeader(retryAfter(comeAgainAfter))
        : response;
  }

  /** One photo's outcome as the answer to its upload, in JSON: failures have their own status. */
  HttpResponse uploaded(Outcome outcome, Preferences preferences) {
    if (outcome instanceof Outcome.Answered answered) {
      return answered.reply() instanceof ClassifyReply.Failed failed
          ? failed(failed, false)
          : json(200, answered.view().json(answered.reply()));
    }
    return unanswered(outcome, preferences, false);
  }

  /** One photo's outcome as the answer to its upload, in plain text. */
  HttpResponse uploadedAsText(
      Outcome outcome, TextForm form, Preferences preferences, boolean errorsAsText) {
    if (outcome instanceof Outcome.Answered answered) {
      return answered.reply() instanceof ClassifyReply.Failed failed
          ? failed(failed, errorsAsText)
          : text(
              200, recognised((ClassifyReply.Recognised) answered.reply(), answered.view(), form));
    }
    return unanswered(outcome, preferences, errorsAsText);
  }

  private static String recognised(ClassifyReply.Recognised reply, ResultView view, TextForm form) {
    String label = view.label(reply);
    return form == TextForm.LABEL ? label : FileNames.withoutExtension(reply.name()) + ":" + label;
  }

  private HttpResponse failed(ClassifyReply.Failed failed, boolean asText) {
    ObjectNode body =
        Codec.toJsonNode(failed.problem())
            .put("instance", location(failed.id()))
            .put("id", failed.id().toString())
            .put("name", failed.name());
    return problem(failed.problem(), body, asText);
  }

  /** One photo's outcome as the answer to a question for its result. */
  HttpResponse result(Outcome outcome, Preferences preferences, boolean asText) {
    if (outcome instanceof Outcome.Answered answered) {
      return asText && answered.reply() instanceof ClassifyReply.Recognised recognised
          ? text(200, answered.view().label(recognised))
          : json(200, answered.view().json(answered.reply()));
    }
    return unanswered(outcome, preferences, asText);
  }

  private HttpResponse unanswered(Outcome outcome, Preferences preferences, boolean asText) {
    if (outcome instanceof Outcome.Pending pending) {
      return accepted(pending.id(), pending.name(), preferences);
    }
    if (outcome instanceof Outcome.DeadlinePassed passed) {
      return deadlinePassed(passed, asText);
    }
    if (outcome instanceof Outcome.Uncertain uncertain) {
      return problem(uncertain(uncertain), uncertainJson(uncertain), asText)
          .addHeader(RawHeader.create("Location", location(uncertain.id())));
    }
    Outcome.Refused refused = (Outcome.Refused) outcome;
    return problem(
        refused.problem(),
        Codec.toJsonNode(refused.problem()),
        refused.retryAfter().orElse(retryAfter),
        asText);
  }

  private HttpResponse accepted(PhotoId id, String name, Preferences preferences) {
    HttpResponse response =
        json(202, Codec.pendingJson(id, name))
            .addHeader(RawHeader.create("Location", location(id)))
            .addHeader(retryAfter(retryAfter));
    return withPreferenceApplied(response, preferences);
  }

  private static HttpResponse withPreferenceApplied(
      HttpResponse response, Preferences preferences) {
    return preferences
        .applied()
        .map(applied -> response.addHeader(RawHeader.create("Preference-Applied", applied)))
        .orElse(response);
  }

  private HttpResponse deadlinePassed(Outcome.DeadlinePassed passed, boolean asText) {
    String link = location(passed.id());
    Problem problem =
        Problem.Kind.DEADLINE.because(
            "The photo is accepted and still waits; its result will be at " + link + ".");
    ObjectNode body =
        Codec.toJsonNode(problem)
            .put("instance", link)
            .put("id", passed.id().toString())
            .put("name", passed.name());
    return problem(problem, body, asText)
        .addHeader(RawHeader.create("Location", link))
        .addHeader(retryAfter(retryAfter));
  }

  private static Problem uncertain(Outcome.Uncertain uncertain) {
    return Problem.Kind.UNAVAILABLE.because(
        "It is not known whether the photo was stored. If it was, it is accepted and its result"
            + " will be at "
            + location(uncertain.id())
            + ": look there before you send it again. With an Idempotency-Key it may be sent again"
            + " at once, and stays one job.");
  }

  private static ObjectNode uncertainJson(Outcome.Uncertain uncertain) {
    return Codec.toJsonNode(uncertain(uncertain)).put("instance", location(uncertain.id()));
  }

  /** One photo of a form of many. */
  record NamedOutcome(String name, Outcome outcome) {}

  /** The outcomes of a form of many photos, in its order; 202 if some were not waited for. */
  HttpResponse batch(
      BatchId batch, List<NamedOutcome> outcomes, boolean asText, Preferences preferences) {
    boolean allFinished =
        outcomes.stream().noneMatch(one -> one.outcome() instanceof Outcome.Pending);
    HttpResponse response =
        ofBatch(
            asText ? text(200, textLines(outcomes)) : json(200, batchJson(batch, outcomes)), batch);
    return allFinished
        ? response
        : withPreferenceApplied(
            response
                .withStatus(StatusCodes.ACCEPTED)
                .addHeader(RawHeader.create("Location", BatchRoutes.location(batch)))
                .addHeader(retryAfter(retryAfter)),
            preferences);
  }

  /** With the headers that every answer of a batch has. */
  static HttpResponse ofBatch(HttpResponse response, BatchId batch) {
    return response
        .addHeader(RawHeader.create("Argus-Batch", batch.toString()))
        .addHeader(
            RawHeader.create("Link", "<" + BatchRoutes.location(batch) + ">; rel=\"status\""));
  }

  private static ObjectNode batchJson(BatchId batch, List<NamedOutcome> outcomes) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("batch", batch.toString());
    ArrayNode images = body.putArray("images");
    outcomes.forEach(one -> images.add(image(one)));
    return body;
  }

  private static ObjectNode image(NamedOutcome one) {
    if (one.outcome() instanceof Outcome.Answered answered) {
      return answered.view().json(answered.reply());
    }
    if (one.outcome() instanceof Outcome.Pending pending) {
      return Codec.pendingJson(pending.id(), pending.name());
    }
    if (one.outcome() instanceof Outcome.DeadlinePassed passed) {
      return Codec.pendingJson(passed.id(), passed.name());
    }
    ObjectNode image = JsonNodeFactory.instance.objectNode();
    if (one.outcome() instanceof Outcome.Uncertain uncertain) {
      image.put("id", uncertain.id().toString()).put("name", one.name()).put("status", "uncertain");
      image.set("problem", uncertainJson(uncertain));
    } else {
      image.put("name", one.name()).put("status", "failed");
      image.set("problem", Codec.toJsonNode(((Outcome.Refused) one.outcome()).problem()));
    }
    return image;
  }

  private static String textLines(List<NamedOutcome> outcomes) {
    return outcomes.stream().map(Responses::textLine).collect(Collectors.joining("\n", "", "\n"));
  }

  private static String textLine(NamedOutcome one) {
    if (one.outcome() instanceof Outcome.Answered answered) {
      return answered.reply() instanceof ClassifyReply.Recognised recognised
          ? recognised(recognised, answered.view(), TextForm.NAME_AND_LABEL)
          : one.name() + ": " + ((ClassifyReply.Failed) answered.reply()).problem().title();
    }
    if (one.outcome() instanceof Outcome.Uncertain uncertain) {
      return one.name() + ": " + uncertain(uncertain).title();
    }
    return one.outcome() instanceof Outcome.Refused refused
        ? one.name() + ": " + refused.problem().title()
        : one.name() + ": pending";
  }

  /** {@code Retry-After}, in whole seconds, rounded up. */
  private static RawHeader retryAfter(Duration after) {
    long seconds = after.plusMillis(999).toSeconds();
    return RawHeader.create("Retry-After", Long.toString(Math.max(1, seconds)));
  }
}
