package dev.argus.localaws;

import static java.util.stream.Collectors.toSet;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The parameters of an EC2 Query call: a flat map whose names spell out lists and structures, such
 * as {@code Filter.1.Value.2}.
 */
final class Ec2Parameters {
  private static final int MAX_COUNT = 2000;

  private final Map<String, String> values;

  private Ec2Parameters(Map<String, String> values) {
    this.values = values;
  }

  /** Reads {@code application/x-www-form-urlencoded}. */
  static Ec2Parameters parse(String form) {
    Map<String, String> values = new TreeMap<>();
    String[] pairs = form.isEmpty() ? new String[0] : form.split("&");
    if (pairs.length > MAX_COUNT) {
      throw Ec2Exception.invalid("A request has at most " + MAX_COUNT + " parameters");
    }
    try {
      for (String pair : pairs) {
        int at = pair.indexOf('=');
        String name = at < 0 ? pair : pair.substring(0, at);
        String value = at < 0 ? "" : pair.substring(at + 1);
        values.put(decode(name), decode(value));
      }
    } catch (IllegalArgumentException e) {
      throw Ec2Exception.invalid("The request is not URL-encoded: " + e.getMessage());
    }
    return new Ec2Parameters(values);
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).filter(v -> !v.isEmpty());
  }

  String required(String name) {
    return text(name).orElseThrow(() -> Ec2Exception.missing(name));
  }

  Optional<Integer> number(String name) {
    return text(name)
        .map(
            v -> {
              try {
                return Integer.valueOf(v);
              } catch (NumberFormatException e) {
                throw Ec2Exception.invalid("Expected a number for " + name + ", found " + v);
              }
            });
  }

  boolean flag(String name) {
    return text(name).map(Boolean::parseBoolean).orElse(false);
  }

  /** To be called when all that can be wrong was looked at, and before anything is done. */
  void endIfDryRun() {
    if (flag("DryRun")) {
      throw Ec2Exception.dryRun();
    }
  }

  /** The texts of a list: {@code NAME.1}, {@code NAME.2} and so on, in order. */
  List<String> texts(String name) {
    return indices(name).stream()
        .map(i -> values.get(name + "." + i))
        .filter(v -> v != null)
        .toList();
  }

  /** The structures of a list, each with parameters of its own. */
  List<Ec2Parameters> structures(String name) {
    return indices(name).stream().map(i -> below(name + "." + i + ".")).toList();
  }

  /** Key and value pairs of a list such as {@code Tag.1.Key}, {@code Tag.1.Value}. */
  Map<String, String> tags(String name) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (Ec2Parameters tag : structures(name)) {
      tags.put(tag.required("Key"), tag.text("Value").orElse(""));
    }
    return tags;
  }

  /** All but the named ones, to compare two calls. */
  Map<String, String> without(String... names) {
    Map<String, String> rest = new TreeMap<>(values);
    for (String name : names) {
      rest.remove(name);
    }
    return rest;
  }

  /**
   * These parameters and those of a launch template, of which each structure and list is replaced
   * as a whole by one of the same name here.
   */
  Ec2Parameters over(Ec2Parameters template) {
    Set<String> names = values.keySet().stream().map(Ec2Parameters::head).collect(toSet());
    Map<String, String> merged = new TreeMap<>(template.values);
    merged.keySet().removeIf(name -> names.contains(head(name)));
    merged.putAll(values);
    return new Ec2Parameters(merged);
  }

  private static String head(String name) {
    return name.split("\\.", 2)[0];
  }

  /** The parameters of a structure, whose names begin with {@code prefix}, without it. */
  Ec2Parameters below(String prefix) {
    Map<String, String> inner = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            inner.put(name.substring(prefix.length()), value);
          }
        });
    return new Ec2Parameters(inner);
  }

  private List<Integer> indices(String name) {
    String prefix = name + ".";
    List<Integer> indices = new ArrayList<>();
    for (String key : values.keySet()) {
      if (key.startsWith(prefix)) {
        String index = key.substring(prefix.length()).split("\\.", 2)[0];
        if (!index.matches("[0-9]{1,6}")) {
          throw Ec2Exception.invalid("Expected a number after " + prefix + " in " + key);
        }
        indices.add(Integer.valueOf(index));
      }
    }
    return indices.stream().distinct().sorted().toList();
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
