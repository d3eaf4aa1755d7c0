package dev.argus.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Every path that the web tier answers, and the methods it takes there: what is not listed is not
 * found. {@code openapi.json} describes the same paths, and a test holds the two together.
 */
final class RouteTable {
  private static final List<String> READ = List.of("GET", "HEAD");

  /**
   * Methods by path, in which <code>{id}</code> stands for one segment. Pages are not listed: they
   * can be read.
   */
  static final Map<String, List<String>> METHODS =
      Map.ofEntries(
          Map.entry("/", List.of("GET", "HEAD", "POST")),
          Map.entry("/upload", List.of("GET", "HEAD", "POST")),
          Map.entry("/v1/images", List.of("POST")),
          Map.entry("/v1/images/{id}", READ),
          Map.entry("/v1/batches/{id}", List.of("DELETE", "GET", "HEAD")),
          Map.entry("/v1/batches/{id}/events", READ),
          Map.entry("/v1/batches/{id}/retry", List.of("POST")),
          Map.entry("/v1/dead", READ),
          Map.entry("/v1/dead/redrive", List.of("POST")),
          Map.entry("/v1/dead/{id}", List.of("DELETE", "GET", "HEAD")),
          Map.entry("/v1/dead/{id}/redrive", List.of("POST")),
          Map.entry("/v1/costs", READ),
          Map.entry("/v1/ops/events", READ),
          Map.entry("/v1/scaling/decisions", READ),
          Map.entry("/livez", READ),
          Map.entry("/readyz", READ),
          Map.entry("/metrics", READ));

  private record Template(String name, Pattern path, List<String> methods) {
    boolean matches(String other) {
      return path.matcher(other).matches();
    }
  }

  private final List<Template> templates =
      METHODS.entrySet().stream()
          .filter(route -> route.getKey().contains("{id}"))
          .map(
              route ->
                  new Template(
                      route.getKey(),
                      Pattern.compile(route.getKey().replace("{id}", "[^/]+")),
                      route.getValue()))
          .toList();
  private final Set<String> pages;

  /**
   * @param pages paths of what can be read only
   */
  RouteTable(Set<String> pages) {
    this.pages = pages;
  }

  /** The methods that a path takes, in the order of their names; empty if there is no such path. */
  Optional<List<String>> methods(String path) {
    List<String> exact = METHODS.get(path);
    if (exact != null) {
      return Optional.of(exact);
    }
    return templates.stream()
        .filter(template -> template.matches(path))
        .map(Template::methods)
        .findFirst()
        .or(() -> pages.contains(path) ? Optional.of(READ) : Optional.empty());
  }

  /**
   * What a path is counted by, such as {@code /v1/images/{id}}, for each photo has a path of its
   * own; empty for pages and for what does not exist.
   */
  Optional<String> template(String path) {
    return METHODS.containsKey(path)
        ? Optional.of(path)
        : templates.stream()
            .filter(template -> template.matches(path))
            .map(Template::name)
            .findFirst();
  }

  /** All paths, of pages too. */
  Set<String> paths() {
    Set<String> all = new TreeSet<>(METHODS.keySet());
    all.addAll(pages);
    return all;
  }
}
