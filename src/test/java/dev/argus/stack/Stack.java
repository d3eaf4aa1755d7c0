package dev.argus.stack;

import static dev.argus.stack.Template.list;
import static dev.argus.stack.Template.map;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What CloudFormation would make of a template with given parameters: conditions decided, functions
 * evaluated, references to resources replaced by names and ARNs of the form that AWS gives them.
 *
 * <p>Fails on a reference to something that is not there, and on a parameter that is missing or
 * does not match its pattern.
 */
final class Stack {
  static final String ACCOUNT = "123456789012";
  static final String REGION = "eu-central-1";
  static final String NAME = "argus-stack";
  static final String ID =
      "arn:aws:cloudformation:%s:%s:stack/%s/6e57d1a4-1111-2222-3333-444455556666"
          .formatted(REGION, ACCOUNT, NAME);

  /** What an omitted property is resolved to. */
  private static final Object NO_VALUE = new Object();

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(!?)([^}]+)}");

  /**
   * A resource of the stack.
   *
   * @param attributes beside its properties, such as DeletionPolicy
   */
  record Resource(
      String name, String type, Map<String, Object> properties, Map<String, Object> attributes) {}

  private final Template template;
  private final Map<String, String> parameters;
  private final Map<String, Resource> resources = new LinkedHashMap<>();

  Stack(Template template, Map<String, String> given) {
    this.template = template;
    this.parameters = parameters(template, given);
    checkRules();
    template.section("Resources").keySet().stream()
        .filter(this::isThere)
        .forEach(name -> resources.put(name, resolved(name)));
  }

  List<Resource> resources() {
    return List.copyOf(resources.values());
  }

  List<Resource> ofType(String type) {
    return resources.values().stream().filter(r -> r.type().equals(type)).toList();
  }

  Optional<Resource> find(String name) {
    return Optional.ofNullable(resources.get(name));
  }

  Resource get(String name) {
    return find(name).orElseThrow(() -> new AssertionError("expected the resource " + name));
  }

  private Resource resolved(String name) {
    Map<String, Object> all = map(template.section("Resources").get(name));
    Map<String, Object> properties = map(resolve(all.getOrDefault("Properties", Map.of())));
    all.remove("Properties");
    return new Resource(name, type(name), properties, map(resolve(all)));
  }

  /** The value of an output; empty if its condition does not hold. */
  Optional<String> output(String name) {
    Map<String, Object> output = map(template.section("Outputs").get(name));
    return exists(output) ? Optional.of(resolve(output.get("Value")).toString()) : Optional.empty();
  }

  private static Map<String, String> parameters(Template template, Map<String, String> given) {
    Map<String, String> all = new TreeMap<>();
    template
        .section("Parameters")
        .forEach(
            (name, value) -> {
              Map<String, Object> parameter = map(value);
              Object chosen = given.containsKey(name) ? given.get(name) : parameter.get("Default");
              if (chosen == null) {
                throw new IllegalArgumentException("expected the parameter " + name);
              }
              checkAllowed(name, parameter, chosen.toString());
              all.put(name, chosen.toString());
            });
    given.keySet().stream()
        .filter(name -> !all.containsKey(name))
        .forEach(
            name -> {
              throw new IllegalArgumentException("there is no parameter " + name);
            });
    return all;
  }

  private static void checkAllowed(String name, Map<String, Object> parameter, String value) {
    Object pattern = parameter.get("AllowedPattern");
    List<String> values = Template.texts(parameter.getOrDefault("AllowedValues", value));
    if (parameter.get("Type").equals("Number") && !isWithin(parameter, value)) {
      throw new IllegalArgumentException(name + ": expected a number within range: " + value);
    }
    if (pattern != null && !value.matches(pattern.toString()) || !values.contains(value)) {
      throw new IllegalArgumentException(
          name + ": " + parameter.getOrDefault("ConstraintDescription", values) + ": " + value);
    }
  }

  private static boolean isWithin(Map<String, Object> parameter, String value) {
    return value.matches("-?\\d+")
        && Long.parseLong(value) >= Long.parseLong(parameter.getOrDefault("MinValue", value) + "")
        && Long.parseLong(value) <= Long.parseLong(parameter.getOrDefault("MaxValue", value) + "");
  }

  private void checkRules() {
    template
        .section("Rules")
        .values()
        .forEach(
            value -> {
              Map<String, Object> rule = map(value);
              if (isTrue(rule.get("RuleCondition"))) {
                for (Object assertion : list(rule.get("Assertions"))) {
                  if (!isTrue(map(assertion).get("Assert"))) {
                    throw new IllegalArgumentException(
                        map(assertion).get("AssertDescription").toString());
                  }
                }
              }
            });
  }

  private String type(String resource) {
    return map(template.section("Resources").get(resource)).get("Type").toString();
  }

  private boolean isThere(String resource) {
    Map<String, Object> all = template.section("Resources");
    return all.containsKey(resource) && exists(map(all.get(resource)));
  }

  private boolean exists(Map<String, Object> part) {
    return !part.containsKey("Condition") || isTrue(Map.of("Condition", part.get("Condition")));
  }

  private boolean isTrue(Object condition) {
    Map.Entry<String, Object> function = map(condition).entrySet().iterator().next();
    List<Object> arguments = list(function.getValue());
    return switch (function.getKey()) {
      case "Condition" -> isTrue(template.section("Conditions").get(arguments.get(0).toString()));
      case "Fn::Equals" -> resolve(arguments.get(0)).equals(resolve(arguments.get(1)));
      case "Fn::Not" -> !isTrue(arguments.get(0));
      case "Fn::And" -> arguments.stream().allMatch(this::isTrue);
      case "Fn::Or" -> arguments.stream().anyMatch(this::isTrue);
      default -> throw new IllegalArgumentException("no condition: " + condition);
    };
  }

  private Object resolve(Object value) {
    if (value instanceof List<?> items) {
      List<Object> all = new ArrayList<>();
      items.stream().map(this::resolve).filter(item -> item != NO_VALUE).forEach(all::add);
      return all;
    }
    if (!(value instanceof Map<?, ?>)) {
      return value;
    }
    Map<String, Object> map = map(value);
    String first = map.isEmpty() ? "" : map.keySet().iterator().next();
    if (map.size() == 1 && (first.equals("Ref") || first.startsWith("Fn::"))) {
      return evaluate(first, map.get(first));
    }
    map.replaceAll((key, item) -> resolve(item));
    map.values().removeIf(item -> item == NO_VALUE);
    return map;
  }

  private Object evaluate(String function, Object argument) {
    List<Object> arguments = list(argument);
    return switch (function) {
      case "Ref" -> ref(argument.toString());
      case "Fn::GetAtt" -> attribute(arguments.get(0).toString(), arguments.get(1).toString());
      case "Fn::Sub" ->
          substitute(
              arguments.get(0).toString(), arguments.size() > 1 ? map(arguments.get(1)) : Map.of());
      case "Fn::If" ->
          resolve(arguments.get(isTrue(Map.of("Condition", arguments.get(0))) ? 1 : 2));
      case "Fn::Join" ->
          list(resolve(arguments.get(1))).stream()
              .map(Object::toString)
              .collect(Collectors.joining(arguments.get(0).toString()));
      case "Fn::Select" ->
          list(resolve(arguments.get(1))).get(Integer.parseInt(arguments.get(0).toString()));
      case "Fn::Split" ->
          List.of(
              resolve(arguments.get(1))
                  .toString()
                  .split(Pattern.quote(arguments.get(0).toString())));
      case "Fn::FindInMap" -> find(arguments.stream().map(this::resolve).toList());
      case "Fn::Base64" ->
          Base64.getEncoder()
              .encodeToString(resolve(argument).toString().getBytes(StandardCharsets.UTF_8));
      default -> throw new IllegalArgumentException("no function: " + function);
    };
  }

  private Object find(List<Object> path) {
    Object found = template.section("Mappings");
    for (Object key : path) {
      found = map(found).get(key.toString());
    }
    return found;
  }

  private String substitute(String text, Map<String, Object> variables) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            match -> {
              String name = match.group(2);
              if (!match.group(1).isEmpty()) {
                return Matcher.quoteReplacement("${" + name + "}");
              }
              Object value =
                  variables.containsKey(name) ? resolve(variables.get(name)) : named(name);
              return Matcher.quoteReplacement(value.toString());
            });
  }

  private Object named(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? ref(name) : attribute(name.substring(0, dot), name.substring(dot + 1));
  }

  private Object ref(String name) {
    switch (name) {
      case "AWS::NoValue":
        return NO_VALUE;
      case "AWS::AccountId":
        return ACCOUNT;
      case "AWS::Region":
        return REGION;
      case "AWS::Partition":
        return "aws";
      case "AWS::StackName":
        return NAME;
      case "AWS::StackId":
        return ID;
      default:
        if (parameters.containsKey(name)) {
          return parameter(name);
        }
        return PhysicalName.of(nameOf(name));
    }
  }

  private Object parameter(String name) {
    String type = map(template.section("Parameters").get(name)).get("Type").toString();
    String value = parameters.get(name);
    if (type.startsWith("AWS::SSM::Parameter")) {
      return "ami-0123456789abcdef0";
    }
    return type.contains("List") ? List.of(value.split(",")) : value;
  }

  private String attribute(String resource, String attribute) {
    return PhysicalName.attribute(nameOf(resource), attribute);
  }

  /** The resource with what names it only, since two may refer to each other in the rest. */
  private Resource nameOf(String resource) {
    if (!isThere(resource)) {
      throw new IllegalArgumentException("expected the resource " + resource + ", found none");
    }
    Map<String, Object> all = map(template.section("Resources").get(resource));
    Map<String, Object> properties = map(all.getOrDefault("Properties", Map.of()));
    properties.keySet().retainAll(PhysicalName.PROPERTIES);
    return new Resource(resource, type(resource), map(resolve(properties)), Map.of());
  }
}
