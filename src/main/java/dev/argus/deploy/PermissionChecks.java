package dev.argus.deploy;

import dev.argus.aws.Ec2Fleet;
import dev.argus.deploy.Doctor.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/**
 * Whether whoever calls may do what nodes do, as far as that can be tried without doing anything:
 * reading, and dry runs of launching and ending.
 */
final class PermissionChecks {
  private static final String DRY_RUN = "DryRunOperation";

  private final Cluster cluster;
  private final Findings findings;

  PermissionChecks(Cluster cluster, Findings findings) {
    this.cluster = cluster;
    this.findings = findings;
  }

  void run() throws InterruptedException {
    tryReading();
    tryLaunching();
    tryEnding();
  }

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
      cluster.parameter("Subnets").stream().findFirst().ifPresent(request::subnetId);
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
