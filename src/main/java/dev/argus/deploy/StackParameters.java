package dev.argus.deploy;

import dev.argus.config.InvalidSettingException;
import dev.argus.deploy.TemplateOutline.ParameterLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.cloudformation.model.Parameter;

/**
 * The parameters of one deployment: what was asked for, else what the stack has, else what is found
 * out, else the template's default.
 *
 * @param outline what the template takes
 * @param given by name
 * @param previous those of the stack as it is
 */
record StackParameters(
    TemplateOutline outline, Map<String, String> given, Map<String, String> previous) {
  private static final Pattern WORD = Pattern.compile("[^\\s,\\[\\]']+");

  StackParameters {
    given = Map.copyOf(given);
    previous = Map.copyOf(previous);
    for (String name : given.keySet()) {
      if (!outline.parameters().containsKey(name)) {
        throw new InvalidSettingException(
            "deploy/argus.yaml has no parameter "
                + name
                + "; it has "
                + String.join(", ", outline.parameters().keySet()));
      }
    }
  }

  StackParameters with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(given);
    more.put(name, value);
    return new StackParameters(outline, more, previous);
  }

  /** The same, with a value for a parameter that has none. */
  StackParameters orElse(String name, Supplier<String> value) {
    return valueOf(name).isPresent() ? this : with(name, value.get());
  }

  /** What a parameter will be; empty if nobody says so. */
  Optional<String> valueOf(String name) {
    return Optional.ofNullable(given.get(name))
        .or(() -> keeps(name) ? Optional.of(previous.get(name)) : Optional.empty())
        .or(
            () ->
                Optional.ofNullable(outline.parameters().get(name))
                    .flatMap(ParameterLine::byDefault))
        .map(value -> String.join(",", words(value)));
  }

  /**
   * Holds what was asked for against what the template says of each parameter by itself.
   *
   * @throws InvalidSettingException if CloudFormation would refuse it
   */
  static void check(TemplateOutline outline, Map<String, String> given) {
    new StackParameters(outline, given, Map.of()).checkEach(given);
  }

  /**
   * Holds all that the stack would have against the template, its rules included.
   *
   * @throws InvalidSettingException if CloudFormation would refuse it
   */
  void check() {
    Map<String, String> all = new LinkedHashMap<>();
    for (ParameterLine line : outline.parameters().values()) {
      Optional.ofNullable(given.get(line.name()))
          .or(() -> keeps(line.name()) ? Optional.of(previous.get(line.name())) : line.byDefault())
          .ifPresent(value -> all.put(line.name(), value));
    }
    checkEach(all);
    checkRules();
  }

  private void checkEach(Map<String, String> values) {
    values.forEach(
        (name, value) ->
            outline
                .parameters()
                .get(name)
                .constraint()
                .problem(value)
                .ifPresent(
                    problem -> {
                      throw new InvalidSettingException("the parameter " + name + ": " + problem);
                    }));
  }

  /** The Rules of deploy/argus.yaml; a test holds that they say the same. */
  private void checkRules() {
    if (!valueOf("WebNodes").orElse("1").equals("1") && isEmpty("CertificateArn")) {
      throw new InvalidSettingException(
          "more than one web node needs a load balancer: say --certificate-arn, or --web-nodes 1");
    }
    if (!isEmpty("ReleaseKey") && isEmpty("ReleaseSha256")) {
      throw new InvalidSettingException(
          "nodes install only what has the right checksum: ReleaseKey needs ReleaseSha256");
    }
  }

  private boolean isEmpty(String name) {
    return valueOf(name).orElse("").isEmpty();
  }

  /** What a list will be. */
  List<String> listOf(String name) {
    return valueOf(name).map(StackParameters::words).orElse(List.of());
  }

  /** What a number will be. */
  int numberOf(String name) {
    return Integer.parseInt(valueOf(name).orElseThrow());
  }

  /** A value that is looked up is looked up again: the new template may name another. */
  private boolean keeps(String name) {
    ParameterLine line = outline.parameters().get(name);
    return line != null && previous.containsKey(name) && !line.isLookedUp();
  }

  /** Whether the stack has what is the default: moto knows no previous value of that. */
  private boolean isDefault(ParameterLine line) {
    return line.byDefault()
        .filter(value -> words(value).equals(words(previous.get(line.name()))))
        .isPresent();
  }

  /**
   * For CloudFormation.
   *
   * @throws InvalidSettingException if one must be given and is not
   */
  List<Parameter> toSdk() {
    List<Parameter> parameters = new ArrayList<>();
    for (ParameterLine line : outline.parameters().values()) {
      String name = line.name();
      if (given.containsKey(name)) {
        parameters.add(
            Parameter.builder().parameterKey(name).parameterValue(given.get(name)).build());
      } else if (keeps(name) && !isDefault(line)) {
        parameters.add(Parameter.builder().parameterKey(name).usePreviousValue(true).build());
      } else if (line.byDefault().isEmpty()) {
        throw new InvalidSettingException(
            "the parameter " + name + " has no default; say it with --parameter " + name + "=...");
      }
    }
    return parameters;
  }

  /** A line for each parameter that was asked to be other than it is. */
  List<String> differences() {
    List<String> lines = new ArrayList<>();
    for (String name : outline.parameters().keySet()) {
      String asked = given.get(name);
      String has = previous.getOrDefault(name, "");
      if (asked != null && !words(asked).equals(words(has))) {
        lines.add(
            "%s: %s, and %s is asked for".formatted(name, has.isEmpty() ? "empty" : has, asked));
      }
    }
    return lines;
  }

  /** A list, however it is spaced. */
  static List<String> words(String value) {
    return WORD.matcher(value).results().map(MatchResult::group).toList();
  }
}
