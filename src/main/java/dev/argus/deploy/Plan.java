package dev.argus.deploy;

import dev.argus.deploy.Stack.Description;
import java.util.List;
import java.util.Optional;

/**
 * What a deployment is to do.
 *
 * @param before empty if there is no stack
 * @param changes a line for each
 * @param differs whether there is anything to do
 */
record Plan(
    Optional<Description> before,
    StackParameters parameters,
    List<String> changes,
    boolean differs,
    Costs costs) {

  Plan {
    changes = List.copyOf(changes);
  }

  /** Whether the cluster has been whole before, so that to change it is an update. */
  boolean updates() {
    return before.filter(Plan::isWhole).isPresent();
  }

  Plan with(List<String> otherChanges, boolean otherDiffers) {
    return new Plan(before, parameters, otherChanges, otherDiffers, costs);
  }

  /** Whether a stack has all that a cluster needs: its buckets alone come without a release. */
  static boolean isWhole(Description stack) {
    return !stack.parameters().getOrDefault("ReleaseKey", "").isEmpty();
  }
}
