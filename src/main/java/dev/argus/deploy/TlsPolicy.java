package dev.argus.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** What the policy of a queue or bucket says of calls without TLS. */
final class TlsPolicy {
  private static final String KEY = "aws:SecureTransport";

  private TlsPolicy() {}

  /**
   * Whether a statement denies everybody every call without TLS, and nothing narrows it down.
   *
   * @param policy as JSON; null or empty for none
   */
  static boolean refusesPlainHttp(String policy) {
    if (policy == null || policy.isBlank()) {
      return false;
    }
    try {
      return all(new ObjectMapper().readTree(policy).path("Statement")).stream()
          .anyMatch(TlsPolicy::deniesPlainHttp);
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private static boolean deniesPlainHttp(JsonNode statement) {
    JsonNode principal = statement.path("Principal");
    return statement.path("Effect").asText().equals("Deny")
        && all(principal.isObject() ? principal.path("AWS") : principal).stream()
            .anyMatch(who -> who.asText().equals("*"))
        && all(statement.path("Action")).stream()
            .anyMatch(action -> action.asText().equals("*") || action.asText().endsWith(":*"))
        && isWithoutTls(statement.path("Condition"));
  }

  private static boolean isWithoutTls(JsonNode condition) {
    return condition.size() == 1
        && condition.path("Bool").size() == 1
        && all(only(condition.path("Bool"), KEY)).stream()
            .anyMatch(value -> value.asText().equalsIgnoreCase("false"));
  }

  /** IAM takes condition keys in any case of letters. */
  private static JsonNode only(JsonNode keys, String key) {
    Optional<JsonNode> found =
        keys.properties().stream()
            .filter(entry -> entry.getKey().equalsIgnoreCase(key))
            .map(Map.Entry::getValue)
            .findFirst();
    return found.orElse(MissingNode.getInstance());
  }

  /** One, or the elements of a list. */
  private static List<JsonNode> all(JsonNode node) {
    return node.isArray()
        ? StreamSupport.stream(node.spliterator(), false).toList()
        : List.of(node);
  }
}
