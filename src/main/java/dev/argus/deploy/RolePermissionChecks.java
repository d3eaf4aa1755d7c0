package dev.argus.deploy;

import dev.argus.deploy.Doctor.Cluster;
import dev.argus.deploy.Services.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.ContextEntry;
import software.amazon.awssdk.services.iam.model.ContextKeyTypeEnum;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/** Whether the roles of the stack may do what nodes do, as IAM says where it may be asked. */
final class RolePermissionChecks {
  private static final String CHECK = "permissions";

  private final Cluster cluster;
  private final Findings findings;

  RolePermissionChecks(Cluster cluster, Findings findings) {
    this.cluster = cluster;
    this.findings = findings;
  }

  void run() {
    Optional<String> absent = cluster.services().absent(Service.IAM);
    Optional<String> web = cluster.resource("WebRole");
    Optional<String> app = cluster.resource("AppRole");
    if (absent.isPresent() || web.isEmpty() || app.isEmpty() || cluster.account().isEmpty()) {
      findings.skip(CHECK, absent.orElse("there is no stack with the roles of nodes"));
      return;
    }
    try {
      ask(web.get(), app.get());
    } catch (SdkException e) {
      findings.skip(
          CHECK,
          "IAM does not answer what the roles may do (%s): iam:SimulatePrincipalPolicy,"
                  .formatted(Findings.reason(e))
              + " iam:GetRole and iam:GetInstanceProfile are needed for that");
    }
  }

  private void ask(String web, String app) {
    IamClient iam = cluster.services().iam();
    String webRole = iam.getRole(r -> r.roleName(web)).role().arn();
    String appRole = iam.getRole(r -> r.roleName(app)).role().arn();
    String profile = cluster.resource("AppProfile").orElse("");
    NodePermissions permissions =
        new NodePermissions(
            new ClusterNames(cluster.prefix(), cluster.account().orElseThrow()),
            cluster.stack().map(Stack.Description::id).orElse(""),
            cluster.outputs().getOrDefault("AppLaunchTemplate", ""),
            iam.getInstanceProfile(r -> r.instanceProfileName(profile)).instanceProfile().arn(),
            appRole,
            cluster.resource("AppSecurityGroup").orElse(""),
            cluster.parameter("Subnets"),
            cluster.parameter("AppInstanceTypes"),
            !cluster.parameter("Purchase").contains("on-demand"),
            cluster.parameter("SessionManager").contains("true"));
    judge("web node", webRole, permissions.ofWebNode());
    judge("app node", appRole, permissions.ofAppNode());
  }

  private void judge(String who, String role, List<Permission> permissions) {
    for (Permission permission : permissions) {
      cluster
          .services()
          .iam()
          .simulatePrincipalPolicy(
              r ->
                  r.policySourceArn(role)
                      .actionNames(permission.actions())
                      .resourceArns(permission.resource())
                      .contextEntries(context(permission.context())))
          .evaluationResults()
          .forEach(result -> judge(who, permission.resource(), result));
    }
  }

  private void judge(String who, String resource, EvaluationResult result) {
    String check = "permission of the %s %s".formatted(who, result.evalActionName());
    if (result.evalDecision() == PolicyEvaluationDecisionType.ALLOWED) {
      findings.ok(check, "on " + resource);
    } else {
      findings.fail(
          check,
          "%s on %s".formatted(result.evalDecisionAsString(), resource),
          "argus provision --update sets the role's policy; a boundary or a policy of the"
              + " organisation may forbid it too");
    }
  }

  private static List<ContextEntry> context(Map<String, List<String>> keys) {
    return keys.entrySet().stream().map(key -> entry(key.getKey(), key.getValue())).toList();
  }

  private static ContextEntry entry(String key, List<String> values) {
    ContextKeyTypeEnum type =
        values.equals(List.of("true"))
            ? ContextKeyTypeEnum.BOOLEAN
            : values.size() > 1 ? ContextKeyTypeEnum.STRING_LIST : ContextKeyTypeEnum.STRING;
    return ContextEntry.builder()
        .contextKeyName(key)
        .contextKeyType(type)
        .contextKeyValues(values)
        .build();
  }
}
