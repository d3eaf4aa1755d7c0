package dev.argus.deploy;

import java.util.List;
import java.util.Map;

/**
 * What a role must be allowed to do with one resource.
 *
 * @param actions such as {@code sqs:SendMessage}
 * @param resource its ARN, or {@code *}
 * @param context what the calls say of themselves, by condition key
 */
record Permission(List<String> actions, String resource, Map<String, List<String>> context) {
  Permission {
    actions = List.copyOf(actions);
    context = Map.copyOf(context);
  }
}
