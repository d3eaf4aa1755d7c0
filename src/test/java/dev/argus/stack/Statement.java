package dev.argus.stack;

import static dev.argus.stack.Template.map;
import static dev.argus.stack.Template.texts;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A statement of an IAM policy, evaluated as AWS documents it.
 *
 * <p>What a statement may not have here fails, lest a test pass because a part of it was not read:
 * NotResource, NotPrincipal, and operators that {@link Condition} does not know.
 */
record Statement(
    String sid,
    boolean allows,
    List<String> actions,
    boolean notActions,
    List<String> resources,
    Map<String, Object> conditions) {

  private static final Set<String> KNOWN =
      Set.of("Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "Condition");

  /** The statements of a policy document. */
  static List<Statement> of(Object document) {
    return Template.list(map(document).get("Statement")).stream()
        .map(statement -> from(map(statement)))
        .toList();
  }

  private static Statement from(Map<String, Object> text) {
    if (!KNOWN.containsAll(text.keySet())) {
      throw new IllegalArgumentException("expected a statement of " + KNOWN + ", found " + text);
    }
    boolean not = text.containsKey("NotAction");
    return new Statement(
        text.getOrDefault("Sid", "").toString(),
        isAllow(text.get("Effect").toString()),
        texts(text.get(not ? "NotAction" : "Action")),
        not,
        texts(text.getOrDefault("Resource", List.of())),
        map(text.getOrDefault("Condition", Map.of())));
  }

  private static boolean isAllow(String effect) {
    return switch (effect) {
      case "Allow" -> true;
      case "Deny" -> false;
      default -> throw new IllegalArgumentException("expected Allow or Deny, found " + effect);
    };
  }

  boolean matches(Call call) {
    return matchesAction(call.action())
        && resources.stream().anyMatch(resource -> matchesResource(resource, call))
        && conditions.entrySet().stream()
            .allMatch(
                test -> Condition.named(test.getKey()).holds(map(test.getValue()), call.context()));
  }

  private boolean matchesAction(String action) {
    return notActions
        != actions.stream().anyMatch(pattern -> Wildcard.matchesAnyCase(pattern, action));
  }

  static boolean matchesResource(String pattern, Call call) {
    return call.context()
        .substitute(pattern)
        .filter(resource -> Wildcard.matches(resource, call.resource()))
        .isPresent();
  }
}
