package dev.argus.stack;

import static dev.argus.stack.Template.texts;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * A condition operator of IAM, such as {@code ForAllValues:StringEqualsIfExists}.
 *
 * <p>A key with several values needs ForAllValues or ForAnyValue; without either it fails, for AWS
 * does not say what would be.
 */
final class Condition {
  private enum Quantifier {
    ONE,
    ALL,
    ANY
  }

  private final Quantifier quantifier;
  private final String operator;
  private final boolean ifExists;

  private Condition(Quantifier quantifier, String operator, boolean ifExists) {
    this.quantifier = quantifier;
    this.operator = operator;
    this.ifExists = ifExists;
  }

  static Condition named(String name) {
    Quantifier quantifier =
        name.startsWith("ForAllValues:")
            ? Quantifier.ALL
            : name.startsWith("ForAnyValue:") ? Quantifier.ANY : Quantifier.ONE;
    String operator = name.substring(name.indexOf(':') + 1);
    boolean ifExists = operator.endsWith("IfExists");
    return new Condition(quantifier, operator.replaceAll("IfExists$", ""), ifExists);
  }

  /** Whether every key has one of its values, or with a Not operator none of them. */
  boolean holds(Map<String, Object> keys, Context context) {
    return keys.entrySet().stream()
        .allMatch(key -> holds(context.get(key.getKey()), texts(key.getValue()), context));
  }

  private boolean holds(Optional<List<String>> found, List<String> wanted, Context context) {
    if (operator.equals("Null")) {
      return wanted.contains(Boolean.toString(found.isEmpty()));
    }
    if (found.isEmpty()) {
      return ifExists || quantifier == Quantifier.ALL || isNegated();
    }
    return switch (quantifier) {
      case ALL -> found.get().stream().allMatch(value -> fits(value, wanted, context));
      case ANY -> found.get().stream().anyMatch(value -> fits(value, wanted, context));
      case ONE -> {
        if (found.get().size() > 1) {
          throw new IllegalArgumentException(
              operator + " needs ForAllValues or ForAnyValue for " + found.get());
        }
        yield fits(found.get().get(0), wanted, context);
      }
    };
  }

  private boolean fits(String value, List<String> wanted, Context context) {
    BiPredicate<String, String> test = test();
    boolean some =
        wanted.stream()
            .map(context::substitute)
            .flatMap(Optional::stream)
            .anyMatch(want -> test.test(want, value));
    return some != isNegated();
  }

  private boolean isNegated() {
    return operator.contains("Not");
  }

  private BiPredicate<String, String> test() {
    return switch (operator.replace("Not", "")) {
      case "StringEquals" -> String::equals;
      case "StringEqualsIgnoreCase", "Bool" -> String::equalsIgnoreCase;
      case "StringLike" -> Wildcard::matches;
      case "ArnEquals", "ArnLike" -> Wildcard::matchesArn;
      default -> throw new IllegalArgumentException("expected a known operator, found " + operator);
    };
  }
}
