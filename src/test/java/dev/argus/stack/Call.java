package dev.argus.stack;

import java.util.List;
import java.util.Map;

/**
 * A call as IAM sees it.
 *
 * @param action such as {@code sqs:SendMessage}
 * @param resource its ARN; {@code *} where the action has none
 */
record Call(String action, String resource, Context context) {

  Call with(String key, String... values) {
    return new Call(action, resource, context.with(Map.of(key, List.of(values))));
  }

  Call without(String key) {
    return new Call(action, resource, context.with(Map.of(key, List.of())));
  }

  @Override
  public String toString() {
    return action + " on " + resource + " with " + context;
  }
}
