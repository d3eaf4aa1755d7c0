package dev.argus.deploy;

import java.util.List;
import java.util.Map;
import software.amazon.awssdk.regions.Region;

/** What tests that read the template by other means compare with it. */
public final class DeployParts {
  private DeployParts() {}

  /** What IAM is asked about a role: one action on one resource. */
  public record Asked(String action, String resource, Map<String, List<String>> context) {}

  /** What the policies of a stack refer to. */
  public record Named(
      String account,
      String region,
      String stack,
      String launchTemplate,
      String appProfile,
      String appRole,
      String appSecurityGroup,
      List<String> subnets,
      List<String> instanceTypes,
      boolean spot,
      boolean shell) {

    private NodePermissions permissions() {
      return new NodePermissions(
          new ClusterNames(
              "argus",
              new Account(account, "arn:aws:iam::" + account + ":user/a", Region.of(region))),
          stack,
          launchTemplate,
          appProfile,
          appRole,
          appSecurityGroup,
          subnets,
          instanceTypes,
          spot,
          shell);
    }
  }

  public static List<Asked> ofWebNode(Named named) {
    return asked(named.permissions().ofWebNode());
  }

  public static List<Asked> ofAppNode(Named named) {
    return asked(named.permissions().ofAppNode());
  }

  private static List<Asked> asked(List<Permission> permissions) {
    return permissions.stream()
        .flatMap(
            permission ->
                permission.actions().stream()
                    .map(action -> new Asked(action, permission.resource(), permission.context())))
        .toList();
  }

  /** Throws what a provision would be refused with. */
  public static void checkParameters(String template, Map<String, String> given) {
    new StackParameters(TemplateOutline.of(template), given, Map.of()).check();
  }
}
