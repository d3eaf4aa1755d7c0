package dev.argus.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.batch.BatchPhoto;
import dev.argus.batch.BatchView;
import dev.argus.batch.BatchView.Counts;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.Problem;
import java.util.Locale;

/** Batches and their photos as JSON. */
final class BatchJson {
  private BatchJson() {}

  /** A batch as a whole: of each photo what fits into a list. */
  static ObjectNode batch(BatchView view) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", view.id().toString())
        .put("state", view.state().name().toLowerCase(Locale.ROOT))
        .put("created", view.id().createdAt().toString());
    json.set("counts", counts(view.counts()));
    ArrayNode images = json.putArray("images");
    view.photos().forEach(photo -> images.add(listed(photo)));
    return json.put("events", BatchRoutes.location(view.id()) + "/events");
  }

  static ObjectNode counts(Counts counts) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("total", counts.total())
        .put("recognised", counts.recognised())
        .put("failed", counts.failed())
        .put("pending", counts.pending());
  }

  private static ObjectNode listed(BatchPhoto photo) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("index", photo.index());
    photo.id().ifPresent(id -> json.put("id", id.toString()));
    json.put("name", photo.name());
    if (photo.reply().isPresent()
        && photo.reply().get() instanceof ClassifyReply.Recognised recognised) {
      json.put("status", "recognised")
          .put("label", recognised.best().label())
          .put("probability", recognised.best().probability());
    } else {
      json.put("status", photo.isFinished() ? "failed" : "pending");
      photo
          .reply()
          .<Problem>map(reply -> ((ClassifyReply.Failed) reply).problem())
          .or(photo::problem)
          .ifPresent(problem -> json.set("problem", Codec.toJsonNode(problem)));
    }
    photo.id().ifPresent(id -> json.put("href", Responses.location(id)));
    return json;
  }

  /** A finished photo by itself: its result as everywhere, with where it belongs. */
  static ObjectNode photo(BatchId batch, BatchPhoto photo, ResultView view) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("index", photo.index()).put("batch", batch.toString());
    if (photo.reply().isPresent()) {
      json.setAll(view.json(photo.reply().get()));
      return json;
    }
    photo.id().ifPresent(id -> json.put("id", id.toString()));
    json.put("name", photo.name()).put("status", "failed");
    photo.problem().ifPresent(problem -> json.set("problem", Codec.toJsonNode(problem)));
    return json;
  }
}
