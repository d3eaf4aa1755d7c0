package dev.argus.deploy;

import dev.argus.aws.AwsClients;
import dev.argus.aws.InstanceMetadata;
import dev.argus.deploy.Doctor.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Whether a machine of EC2 can learn which one it is. */
final class MetadataCheck {
  private static final String CHECK = "metadata service";
  private static final String ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  // What the hypervisor says of itself.
  private static final Path VENDOR = Path.of("/sys/devices/virtual/dmi/id/sys_vendor");

  private final Cluster cluster;
  private final Findings findings;

  MetadataCheck(Cluster cluster, Findings findings) {
    this.cluster = cluster;
    this.findings = findings;
  }

  void run() throws InterruptedException {
    if (!onEc2() && !cluster.services().isSet(ENDPOINT)) {
      findings.skip(CHECK, "this machine is not one of EC2");
      return;
    }
    findings.look(
        CHECK,
        () -> {
          try (AwsClients clients =
                  new AwsClients(cluster.services().environment(), cluster.settings().aws());
              InstanceMetadata metadata = clients.metadata(TIMEOUT)) {
            findings.ok(CHECK, "this is " + metadata.instanceId().toCompletableFuture().get());
          }
        });
  }

  private static boolean onEc2() {
    try {
      return Files.readString(VENDOR).startsWith("Amazon EC2");
    } catch (IOException e) {
      return false;
    }
  }
}
