package dev.argus.deploy;

import dev.argus.aws.Ec2Fleet;
import dev.argus.deploy.Doctor.Cluster;
import java.util.List;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateHttpTokensState;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateVersion;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.ResponseLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.ShutdownBehavior;

/** Whether app nodes are launched as safely as they should be. */
final class LaunchTemplateCheck {
  private static final String CHECK = "launch template";
  private static final String AGAIN = "argus provision --update sets it";

  private final Cluster cluster;
  private final Findings findings;

  LaunchTemplateCheck(Cluster cluster, Findings findings) {
    this.cluster = cluster;
    this.findings = findings;
  }

  void run() throws InterruptedException {
    String id = cluster.outputs().get("AppLaunchTemplate");
    if (id == null) {
      findings.skip(CHECK, "there is no stack that says which it is");
      return;
    }
    findings.look(
        CHECK,
        () -> {
          List<LaunchTemplateVersion> versions =
              cluster
                  .services()
                  .ec2()
                  .describeLaunchTemplateVersions(r -> r.launchTemplateId(id).versions("$Latest"))
                  .launchTemplateVersions();
          if (versions.isEmpty()) {
            findings.fail(CHECK, id + " does not exist", "argus provision --update makes it");
          } else {
            judge(versions.get(0).launchTemplateData());
          }
        });
  }

  void judge(ResponseLaunchTemplateData data) {
    var metadata = data.metadataOptions();
    say(
        "IMDSv2",
        metadata != null && metadata.httpTokens() == LaunchTemplateHttpTokensState.REQUIRED,
        "required",
        "the metadata service answers without a token");
    say(
        "hop limit",
        metadata != null && Integer.valueOf(1).equals(metadata.httpPutResponseHopLimit()),
        "1",
        "containers on a node may reach its credentials");
    say(
        "disks",
        !data.blockDeviceMappings().isEmpty()
            && data.blockDeviceMappings().stream()
                .allMatch(d -> d.ebs() != null && Boolean.TRUE.equals(d.ebs().encrypted())),
        "encrypted",
        "they are not all encrypted");
    say(
        "shutdown",
        data.instanceInitiatedShutdownBehavior() == ShutdownBehavior.TERMINATE,
        "terminates",
        "a node that switches itself off stays, and its disk costs");
    say(
        "tags",
        data.tagSpecifications().stream()
            .filter(s -> s.resourceType() == ResourceType.INSTANCE)
            .flatMap(s -> s.tags().stream())
            .anyMatch(
                t -> t.key().equals(Ec2Fleet.CLUSTER_TAG) && t.value().equals(cluster.prefix())),
        Ec2Fleet.CLUSTER_TAG + "=" + cluster.prefix(),
        "instances would not carry " + Ec2Fleet.CLUSTER_TAG);
  }

  private void say(String what, boolean well, String text, String otherwise) {
    if (well) {
      findings.ok(CHECK + " " + what, text);
    } else {
      findings.fail(CHECK + " " + what, otherwise, AGAIN);
    }
  }
}
