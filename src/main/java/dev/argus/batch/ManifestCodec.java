package dev.argus.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.batch.Manifest.Entry;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.Codec;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.util.ByteString;

/** Manifests as JSON. */
final class ManifestCodec {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ManifestCodec() {}

  static StoredObject encode(Manifest manifest) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("batch", manifest.id().toString())
            .put("created", manifest.id().createdAt().toString())
            .put("cancelled", manifest.cancelled());
    manifest.receivingUntil().ifPresent(until -> json.put("receivingUntil", until.toString()));
    ArrayNode images = json.putArray("images");
    for (Entry entry : manifest.entries().values()) {
      ObjectNode image = images.addObject().put("index", entry.index()).put("name", entry.name());
      entry.id().ifPresent(id -> image.put("id", id.toString()));
      entry.bytes().ifPresent(id -> image.put("bytes", id.toString()));
      entry.problem().ifPresent(problem -> image.set("problem", Codec.toJsonNode(problem)));
    }
    return new StoredObject(ByteString.fromString(json.toString()), "application/json", Map.of());
  }

  /**
   * Reads a manifest back.
   *
   * @throws IllegalStateException if it is none
   */
  static Manifest decode(BatchId id, StoredObject object) {
    try {
      JsonNode json = JSON.readTree(object.bytes().utf8String());
      TreeMap<Integer, Entry> entries = new TreeMap<>();
      for (JsonNode image : json.path("images")) {
        Entry entry =
            new Entry(
                image.path("index").asInt(),
                image.path("name").asText(),
                PhotoId.parse(image.path("id").asText()),
                PhotoId.parse(image.path("bytes").asText()),
                Optional.ofNullable(image.get("problem")).map(ManifestCodec::problem));
        entries.put(entry.index(), entry);
      }
      return new Manifest(
          id,
          Optional.ofNullable(json.get("receivingUntil")).map(at -> Instant.parse(at.asText())),
          json.path("cancelled").asBoolean(),
          entries);
    } catch (JsonProcessingException | DateTimeException e) {
      throw new IllegalStateException("the manifest of batch " + id + " cannot be read", e);
    }
  }

  private static Problem problem(JsonNode json) {
    return new Problem(
        json.path("type").asText(),
        json.path("title").asText(),
        json.path("status").asInt(),
        json.path("detail").asText());
  }
}
