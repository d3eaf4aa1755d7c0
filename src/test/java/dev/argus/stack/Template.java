package dev.argus.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A CloudFormation template as it is written, its short tags read as the long functions. */
final class Template {
  /** The stack that this repository deploys. */
  static final Path ARGUS = Path.of("deploy/argus.yaml");

  private static final List<String> FUNCTIONS =
      List.of(
          "And",
          "Base64",
          "Equals",
          "FindInMap",
          "GetAtt",
          "If",
          "Join",
          "Not",
          "Or",
          "Select",
          "Split",
          "Sub");

  private final Map<String, Object> root;

  private Template(Map<String, Object> root) {
    this.root = root;
  }

  static Template argus() {
    try {
      return parse(Files.readString(ARGUS));
    } catch (IOException e) {
      throw new AssertionError("expected the template " + ARGUS, e);
    }
  }

  static Template parse(String yaml) {
    return new Template(map(new Yaml(new Functions()).load(yaml)));
  }

  /** A section, such as Parameters; empty if there is none. */
  Map<String, Object> section(String name) {
    return map(root.getOrDefault(name, Map.of()));
  }

  /** The stack with these parameters, the others at their defaults. */
  Stack with(Map<String, String> parameters) {
    return new Stack(this, parameters);
  }

  /** A value of the template that is a map, in the order of the file. */
  static Map<String, Object> map(Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    ((Map<?, ?>) value).forEach((key, item) -> map.put(key.toString(), item));
    return map;
  }

  /** A value that may be one or a list of several. */
  static List<Object> list(Object value) {
    return value instanceof List<?> several ? List.copyOf(several) : List.of(value);
  }

  /** Likewise, as text. */
  static List<String> texts(Object value) {
    return list(value).stream().map(Object::toString).toList();
  }

  private static final class Functions extends SafeConstructor {
    Functions() {
      super(new LoaderOptions());
      Map<String, String> names = new TreeMap<>();
      FUNCTIONS.forEach(name -> names.put("!" + name, "Fn::" + name));
      names.put("!Ref", "Ref");
      names.put("!Condition", "Condition");
      names.forEach(
          (tag, name) ->
              yamlConstructors.put(
                  new Tag(tag),
                  new AbstractConstruct() {
                    @Override
                    public Object construct(Node node) {
                      return Map.of(name, argument(node, name));
                    }
                  }));
    }

    private Object argument(Node node, String function) {
      if (node instanceof SequenceNode sequence) {
        return constructSequence(sequence);
      }
      if (node instanceof MappingNode mapping) {
        return constructMapping(mapping);
      }
      String text = constructScalar((ScalarNode) node).toString();
      return function.equals("Fn::GetAtt") ? List.of(text.split("\\.", 2)) : text;
    }
  }
}
