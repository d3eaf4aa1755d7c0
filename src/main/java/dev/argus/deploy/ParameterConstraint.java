package dev.argus.deploy;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What CloudFormation demands of a parameter's value before it deploys anything.
 *
 * @param type as in the template
 * @param has the constraints by their names in the template, such as {@code AllowedPattern}
 */
record ParameterConstraint(String type, Map<String, String> has) {
  ParameterConstraint {
    has = Map.copyOf(has);
  }

  /** What is wrong with a value; empty if nothing is. */
  Optional<String> problem(String value) {
    return isMet(value)
        ? Optional.empty()
        : Optional.of("expected %s, found \"%s\"".formatted(expected(), value));
  }

  private boolean isMet(String value) {
    if (type.equals("Number") && !value.matches("-?\\d{1,9}")) {
      return false;
    }
    return (!has.containsKey("AllowedPattern") || value.matches(has.get("AllowedPattern")))
        && (!has.containsKey("AllowedValues") || allowedValues().contains(value))
        && isWithin("MinLength", value.length(), "MaxLength")
        && (!type.equals("Number") || isWithin("MinValue", Long.parseLong(value), "MaxValue"));
  }

  private boolean isWithin(String least, long number, String most) {
    return (!has.containsKey(least) || number >= Long.parseLong(has.get(least)))
        && (!has.containsKey(most) || number <= Long.parseLong(has.get(most)));
  }

  private List<String> allowedValues() {
    return StackParameters.words(has.get("AllowedValues").replace('"', ' '));
  }

  private String expected() {
    if (has.containsKey("ConstraintDescription")) {
      return has.get("ConstraintDescription");
    }
    if (has.containsKey("AllowedValues")) {
      return "one of " + String.join(", ", allowedValues());
    }
    if (type.equals("Number")) {
      return "a whole number"
          + bound(" of at least ", "MinValue")
          + bound(has.containsKey("MinValue") ? " and at most " : " of at most ", "MaxValue");
    }
    return "what matches "
        + has.getOrDefault("AllowedPattern", "its length")
        + bound(", of at least ", "MinLength")
        + bound(", of at most ", "MaxLength");
  }

  private String bound(String words, String name) {
    return has.containsKey(name) ? words + has.get(name) : "";
  }
}
