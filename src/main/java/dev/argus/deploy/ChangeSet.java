package dev.argus.deploy;

import java.util.List;
import software.amazon.awssdk.services.cloudformation.model.ResourceChange;

/**
 * What CloudFormation would do to a stack, and has not done yet.
 *
 * @param id its ARN
 * @param differs whether there is anything to do: without a change of a resource there may still be
 *     one of an output
 */
record ChangeSet(String id, boolean differs, List<ResourceChange> changes) {
  ChangeSet {
    changes = List.copyOf(changes);
  }

  /** A line for each resource. */
  List<String> lines() {
    return changes.stream().map(ChangeSet::line).toList();
  }

  private static String line(ResourceChange change) {
    String verb =
        switch (change.action()) {
          case ADD -> "create";
          case MODIFY ->
              switch (change.replacementAsString() == null ? "" : change.replacementAsString()) {
                case "True" -> "replace";
                case "Conditional" -> "change or replace";
                default -> "change";
              };
          case REMOVE -> "remove";
          case IMPORT -> "take over";
          default -> change.actionAsString();
        };
    return "%s %s (%s)".formatted(verb, change.logicalResourceId(), change.resourceType());
  }
}
