package dev.argus.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.Query;
import org.apache.pekko.http.javadsl.model.Uri;

/**
 * What a client wants to see of predictions, by its {@code ?top=K} and {@code ?min-probability=P}.
 *
 * <p>The label and the probability of a photo stay those of the best prediction, however low.
 *
 * @param top predictions of a photo at most; 1 or more
 * @param minProbability the probability below which a prediction is left out; 0 to 1
 */
record ResultView(int top, double minProbability) {
  /** Everything that there is. */
  static final ResultView ALL = new ResultView(Integer.MAX_VALUE, 0);

  /** How many characters of a value are repeated to who sent it. */
  private static final int SHOWN_CHARS = 20;

  /**
   * What a request asks for; everything, if it says nothing.
   *
   * @param topK {@code argus.model.top-k}: there are no more predictions than that
   * @throws PhotoException if a value is none that may be, as a bad request
   */
  static ResultView of(HttpRequest request, int topK) {
    Query query = request.getUri().query(StandardCharsets.UTF_8, Uri.RELAXED);
    return new ResultView(
        query.get("top").map(value -> top(value, topK)).orElse(ALL.top()),
        query.get("min-probability").map(ResultView::probability).orElse(ALL.minProbability()));
  }

  private static int top(String value, int topK) {
    // Nine digits fit an int.
    int top = value.matches("\\d{1,9}") ? Integer.parseInt(value) : 0;
    if (top < 1 || top > topK) {
      throw bad(
          "Expected top to be a whole number from 1 to "
              + topK
              + ", for a photo has no more predictions; found "
              + shown(value)
              + ".");
    }
    return top;
  }

  private static double probability(String value) {
    if (!value.matches("0(\\.\\d{1,20})?|1(\\.0{1,20})?")) {
      throw bad(
          "Expected min-probability to be a decimal number from 0 to 1, such as 0.5; found "
              + shown(value)
              + ".");
    }
    return Double.parseDouble(value);
  }

  private static String shown(String value) {
    return "\""
        + (value.length() > SHOWN_CHARS ? value.substring(0, SHOWN_CHARS) + "…" : value)
        + "\"";
  }

  private static PhotoException bad(String detail) {
    return new PhotoException(Problem.Kind.BAD_REQUEST.because(detail));
  }

  /** An outcome that is told as this view has it. */
  Outcome of(Outcome outcome) {
    return outcome instanceof Outcome.Answered answered
        ? new Outcome.Answered(answered.reply(), this)
        : outcome;
  }

  /** The public JSON of a result. */
  ObjectNode json(ClassifyReply reply) {
    ObjectNode json = Codec.toJsonNode(reply);
    if (reply instanceof ClassifyReply.Recognised recognised) {
      // They are sorted, best first.
      long shown =
          recognised.predictions().stream()
              .limit(top)
              .takeWhile(p -> p.probability() >= minProbability)
              .count();
      JsonNode predictions = json.get("predictions");
      while (predictions.size() > shown) {
        ((ArrayNode) predictions).remove(predictions.size() - 1);
      }
    }
    return json;
  }

  /** The label of a result in plain text, with a note if it is less sure than asked for. */
  String label(ClassifyReply.Recognised reply) {
    Prediction best = reply.best();
    return best.probability() >= minProbability
        ? best.label()
        : best.label() + " (" + best.probability() + ", below " + minProbability + ")";
  }
}
