package dev.argus.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The paths of the API with their variable parts left open, such as {@code /v1/images/{id}}, as
 * {@code openapi.json} lists them: what requests are counted by, for each photo has a path of its
 * own.
 */
final class RouteTemplates {
  /** Files of the pages, and what does not exist. */
  static final String OTHER = "other";

  private static final Pattern VARIABLE = Pattern.compile("\\{[^}]+}");

  private final Set<String> constant = new HashSet<>();
  private final Map<String, Pattern> variable = new LinkedHashMap<>();

  RouteTemplates() {
    paths().fieldNames().forEachRemaining(this::add);
  }

  private void add(String template) {
    if (VARIABLE.matcher(template).find()) {
      variable.put(template, Pattern.compile(VARIABLE.matcher(template).replaceAll("[^/]+")));
    } else {
      constant.add(template);
    }
  }

  /** The template of a path; one of few, whatever clients ask for. */
  String of(String path) {
    if (constant.contains(path)) {
      return path;
    }
    return variable.entrySet().stream()
        .filter(template -> template.getValue().matcher(path).matches())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(OTHER);
  }

  private static JsonNode paths() {
    try (InputStream in = RouteTemplates.class.getResourceAsStream("static/openapi.json")) {
      return new ObjectMapper().readTree(in).path("paths");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
