package dev.argus.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@code openapi.json}, as tests ask it what an answer must look like. */
final class OpenApiDocument {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SELF = "https://argus.test/openapi.json";
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  private final JsonNode root;
  private final SchemaRegistry registry;

  OpenApiDocument() {
    String text = resource("/dev/argus/web/static/openapi.json");
    root = json(text);
    registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(SELF, text)));
  }

  JsonNode root() {
    return root;
  }

  /** A path and a method of it, as {@code POST /v1/images}. */
  Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    root.get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (METHODS.contains(method)) {
                            operations.add(method.toUpperCase() + " " + path.getKey());
                          }
                        }));
    return operations;
  }

  /** What the JSON schema of OpenAPI 3.1 finds wrong with the document. */
  List<Error> violations() {
    return registry
        .getSchema(resource("/openapi/schema-3.1.json"), InputFormat.JSON)
        .validate(root);
  }

  /** What the schema of schemas finds wrong with one. */
  List<Error> violationsOfSchema(JsonNode schema) {
    return registry
        .getSchema("{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}", InputFormat.JSON)
        .validate(schema);
  }

  /** What a schema of this document finds wrong with a value. */
  List<Error> violations(JsonNode schema, JsonNode value) {
    String absolute = schema.toString().replace("\"#/", "\"" + SELF + "#/");
    return registry.getSchema(absolute, InputFormat.JSON).validate(value);
  }

  /** What an answer may hold; empty if there is no such answer. */
  Optional<JsonNode> schema(String path, String method, int status, String mediaType) {
    JsonNode response =
        resolved(root.at("/paths").path(path).path(method.toLowerCase()).path("responses"))
            .path(Integer.toString(status));
    JsonNode schema = resolved(response).path("content").path(mediaType).path("schema");
    return schema.isMissingNode() ? Optional.empty() : Optional.of(schema);
  }

  /** What a reference leads to, and anything else itself. */
  JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = OpenApiDocument.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
