package dev.argus.deploy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code deploy/argus.yaml} takes and makes, read from its text line by line: it relies on
 * that file's layout, two spaces for a name and four for what it has, which a test holds.
 *
 * @param parameters in the order of the template, by name
 * @param resources likewise
 */
record TemplateOutline(Map<String, ParameterLine> parameters, List<ResourceLine> resources) {
  private static final Pattern SECTION = Pattern.compile("(\\w+):.*");
  private static final Pattern NAME = Pattern.compile("  (\\w+):");
  private static final Pattern PROPERTY =
      Pattern.compile(
          "    (Type|Default|Condition|AllowedPattern|AllowedValues|ConstraintDescription"
              + "|MinValue|MaxValue|MinLength|MaxLength): (.+)");

  /**
   * A parameter.
   *
   * @param byDefault empty if it must be given
   */
  record ParameterLine(
      String name, String type, Optional<String> byDefault, ParameterConstraint constraint) {
    /** Whether its value names a public parameter, which is looked up at each deployment. */
    boolean isLookedUp() {
      return type.startsWith("AWS::SSM::Parameter::Value");
    }
  }

  /**
   * A resource.
   *
   * @param condition under which it is made; empty for always
   */
  record ResourceLine(String name, String type, Optional<String> condition) {}

  static TemplateOutline of(String template) {
    Map<String, Map<String, String>> parameters = new LinkedHashMap<>();
    Map<String, Map<String, String>> resources = new LinkedHashMap<>();
    String section = "";
    Map<String, String> current = new LinkedHashMap<>();
    for (String line : template.lines().toList()) {
      Matcher name = NAME.matcher(line);
      Matcher property = PROPERTY.matcher(line);
      Matcher start = SECTION.matcher(line);
      if (start.matches()) {
        section = start.group(1);
      } else if (name.matches()) {
        current = new LinkedHashMap<>();
        if (section.equals("Parameters")) {
          parameters.put(name.group(1), current);
        } else if (section.equals("Resources")) {
          resources.put(name.group(1), current);
        }
      } else if (property.matches()) {
        current.put(property.group(1), unquoted(property.group(2)));
      }
    }
    return of(parameters, resources);
  }

  private static TemplateOutline of(
      Map<String, Map<String, String>> parameters, Map<String, Map<String, String>> resources) {
    Map<String, ParameterLine> parameterLines = new LinkedHashMap<>();
    parameters.forEach(
        (name, has) ->
            parameterLines.put(
                name,
                new ParameterLine(
                    name,
                    has.get("Type"),
                    Optional.ofNullable(has.get("Default")),
                    new ParameterConstraint(has.get("Type"), has))));
    List<ResourceLine> resourceLines = new ArrayList<>();
    resources.forEach(
        (name, has) ->
            resourceLines.add(
                new ResourceLine(
                    name, has.get("Type"), Optional.ofNullable(has.get("Condition")))));
    return new TemplateOutline(parameterLines, resourceLines);
  }

  private static String unquoted(String value) {
    return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1).replace("\\\\", "\\")
        : value;
  }
}
