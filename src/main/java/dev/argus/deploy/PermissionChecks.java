package dev.argus.deploy;

import dev.argus.aws.Ec2Fleet;
import dev.argus.deploy.Doctor.Cluster;
import dev.argus.deploy.Services.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.ContextEntry;
import software.amazon.awssdk.services.iam.model.ContextKeyTypeEnum;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/**
 * Whether the nodes may do what they do.
 *
 * <p>IAM is asked about the roles of the stack, where it may be asked. Beside that, whoever calls
 * tries what can be tried without doing anything: reading, and dry runs of launching and ending.
 */
final class PermissionChecks {
  private static final String DRY_RUN = "DryRunOperation";
  private static final String ASK_IAM = "permissions";

  private final Cluster cluster;
  private final Findings findings;

  PermissionChecks(Cluster cluster, Findings findings) {
    this.cluster = cluster;
    this.findings = findings;
  }

  void run() throws InterruptedException {
    askIam();
    tryReading();
    tryLaunching();
    tryEnding();
  }

  // ---- what IAM says of the roles -----------------------------------------------------------

  private void askIam() {
    Optional<String> absent = cluster.services().absent(Service.IAM);
    Optional<String> web = cluster.resource("WebRole");
    Optional<String> app = cluster.resource("AppRole");
    if (absent.isPresent() || web.isEmpty() || app.isEmpty() || cluster.account().isEmpty()) {
      findings.skip(ASK_IAM, absent.orElse("there is no stack with the roles of nodes"));
      return;
    }
    try {
      IamClient iam = cluster.services().iam();
      ClusterNames names = new ClusterNames(cluster.prefix(), cluster.account().get());
      String webArn = iam.getRole(r -> r.roleName(web.get())).role().arn();
      String appArn = iam.getRole(r -> r.roleName(app.get())).role().arn();
      String profile = cluster.resource("AppProfile").orElse("");
      String profileArn =
          iam.getInstanceProfile(r -> r.instanceProfileName(profile)).instanceProfile().arn();
      String template = cluster.outputs().getOrDefault("AppLaunchTemplate", "");
      judge("web node", webArn, Permission.ofWebNode(names, template, profileArn, appArn));
      judge("app node", appArn, Permission.ofAppNode(names));
    } catch (SdkException e) {
      findings.skip(
          ASK_IAM,
          "IAM does not answer what the roles may do (%s): iam:SimulatePrincipalPolicy and"
                  .formatted(Findings.reason(e))
              + " iam:GetRole are needed for that");
    }
  }

  private void judge(String who, String role, List<Permission> permissions) {
    for (Permission permission : permissions) {
      String check = "permission of the %s %s".formatted(who, permission.action());
      EvaluationResult result =
          cluster
              .services()
              .iam()
              .simulatePrincipalPolicy(
                  r ->
                      r.policySourceArn(role)
                          .actionNames(permission.action())
                          .resourceArns(permission.resource())
                          .contextEntries(context(permission)))
              .evaluationResults()
              .get(0);
      if (result.evalDecision() == PolicyEvaluationDecisionType.ALLOWED) {
        findings.ok(check, "on " + permission.resource());
      } else {
        findings.fail(
            check,
            "%s on %s".formatted(result.evalDecisionAsString(), permission.resource()),
            "argus provision --update sets the role's policy; a boundary or a policy of the"
                + " organisation may forbid it too");
      }
    }
  }

  private List<ContextEntry> context(Permission permission) {
    List<ContextEntry> entries = new ArrayList<>();
    entries.add(entry("aws:SecureTransport", ContextKeyTypeEnum.BOOLEAN, List.of("true")));
    permission
        .context()
        .forEach(
            (key, values) ->
                entries.add(
                    entry(
                        key,
                        values.size() > 1
                            ? ContextKeyTypeEnum.STRING_LIST
                            : ContextKeyTypeEnum.STRING,
                        values)));
    first("AppInstanceTypes")
        .ifPresent(
            type ->
                entries.add(entry("ec2:InstanceType", ContextKeyTypeEnum.STRING, List.of(type))));
    return entries;
  }

  /** The first of a list among the parameters of the stack. */
  private Optional<String> first(String parameter) {
    return cluster
        .stack()
        .map(stack -> stack.parameters().getOrDefault(parameter, ""))
        .flatMap(list -> StackParameters.words(list).stream().findFirst());
  }

  private static ContextEntry entry(String key, ContextKeyTypeEnum type, List<String> values) {
    return ContextEntry.builder()
        .contextKeyName(key)
        .contextKeyType(type)
        .contextKeyValues(values)
        .build();
  }

  // ---- what whoever calls can try -----------------------------------------------------------

  private void tryReading() throws InterruptedException {
    var names = cluster.settings().names();
    for (String bucket : List.of(names.inputBucket(), names.outputBucket(), names.stateBucket())) {
      attempt(
          "s3:ListBucket " + bucket,
          () -> cluster.services().s3().listObjectsV2(r -> r.bucket(bucket).maxKeys(1)));
    }
    attempt("ec2:DescribeInstances", () -> nodes());
  }

  private List<Instance> nodes() {
    return new AppNodes(cluster.services().ec2(), cluster.prefix(), Poll.onSystemTime()).all();
  }

  private void tryLaunching() throws InterruptedException {
    RunInstancesRequest request = launch();
    attempt("ec2:RunInstances", () -> dry(() -> ec2().runInstances(request)));
  }

  private void tryEnding() throws InterruptedException {
    List<Instance> nodes = new ArrayList<>();
    try {
      nodes.addAll(nodes());
    } catch (SdkException e) {
      // that they cannot be described has been told
    }
    if (nodes.isEmpty()) {
      findings.skip("may ec2:TerminateInstances", "no app node runs that it could be tried on");
      return;
    }
    attempt(
        "ec2:TerminateInstances",
        () ->
            dry(
                () ->
                    ec2()
                        .terminateInstances(
                            r -> r.dryRun(true).instanceIds(nodes.get(0).instanceId()))));
  }

  private Ec2Client ec2() {
    return cluster.services().ec2();
  }

  /** As a web node would, from the launch template if there is one. */
  private RunInstancesRequest launch() {
    RunInstancesRequest.Builder request =
        RunInstancesRequest.builder()
            .dryRun(true)
            .minCount(1)
            .maxCount(1)
            .tagSpecifications(
                TagSpecification.builder()
                    .resourceType(ResourceType.INSTANCE)
                    .tags(
                        Tag.builder().key("Name").value("app-tier-instance-0").build(),
                        Tag.builder().key(Ec2Fleet.CLUSTER_TAG).value(cluster.prefix()).build())
                    .build());
    Map<String, String> outputs = cluster.outputs();
    if (outputs.containsKey("AppLaunchTemplate")) {
      request.launchTemplate(
          t -> t.launchTemplateId(outputs.get("AppLaunchTemplate")).version("$Latest"));
      first("Subnets").ifPresent(request::subnetId);
    } else {
      request.imageId(cluster.settings().ec2().imageId());
    }
    return request.build();
  }

  /** A dry run that would have gone well fails by saying so. */
  private static void dry(Runnable call) {
    try {
      call.run();
      throw new IllegalStateException("it was to be a dry run, and was carried out");
    } catch (Ec2Exception e) {
      if (!Findings.code(e).equals(DRY_RUN)) {
        throw e;
      }
    }
  }

  private void attempt(String action, Findings.Look look) throws InterruptedException {
    String check = "may " + action;
    findings.look(
        check,
        () -> {
          try {
            look.run();
            findings.ok(check, "yes");
          } catch (SdkException e) {
            if (!Findings.isDenied(e)) {
              throw e;
            }
            findings.fail(
                check,
                "these credentials may not: " + Findings.reason(e),
                "use those of a node or of an administrator, or have it allowed");
          }
        });
  }
}
