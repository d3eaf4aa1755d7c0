package dev.argus.deploy;

import dev.argus.deploy.TemplateOutline.ResourceLine;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a deployment makes where there is no stack yet that CloudFormation could be asked about. */
final class FirstDeployment {
  private FirstDeployment() {}

  /**
   * A line for each resource.
   *
   * @param existing buckets that are there, by their names in the template
   */
  static List<String> lines(StackParameters parameters, Map<String, String> existing) {
    return parameters.outline().resources().stream()
        .filter(resource -> holds(resource.condition(), parameters).orElse(true))
        .map(resource -> line(resource, existing, parameters))
        .toList();
  }

  private static String line(
      ResourceLine resource, Map<String, String> existing, StackParameters parameters) {
    String line = "%s (%s)".formatted(resource.name(), resource.type());
    if (existing.containsKey(resource.name())) {
      return "take over " + line + ": " + existing.get(resource.name()) + " is there";
    }
    return holds(resource.condition(), parameters).isPresent()
        ? "create " + line
        : "create " + line + ", if " + resource.condition().orElseThrow();
  }

  /** The conditions of deploy/argus.yaml; empty for one that is not among them. */
  private static Optional<Boolean> holds(Optional<String> condition, StackParameters parameters) {
    boolean loadBalancer = !parameters.valueOf("CertificateArn").orElse("").isEmpty();
    return switch (condition.orElse("")) {
      case "", "HasRelease" -> Optional.of(true);
      case "HasLoadBalancer", "WatchesLoadBalancer" -> Optional.of(loadBalancer);
      case "HasNoLoadBalancer", "WatchesGroup" -> Optional.of(!loadBalancer);
      case "HasOneWebNode" -> Optional.of(parameters.numberOf("WebNodes") == 1);
      case "BuysSpot" ->
          Optional.of(!parameters.valueOf("Purchase").orElse("").equals("on-demand"));
      case "HasSessionManager" ->
          Optional.of(parameters.valueOf("SessionManager").orElse("").equals("true"));
      case "HasAlarmEmail" -> Optional.of(!parameters.valueOf("AlarmEmail").orElse("").isEmpty());
      default -> Optional.empty();
    };
  }
}
