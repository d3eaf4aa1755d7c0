package dev.argus.deploy;

import dev.argus.aws.Ec2Fleet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;

/**
 * What the install stage of the latest web node said, from the console of its machine: a machine
 * that could not be installed has sent nothing to CloudWatch, and is gone. EC2 keeps its console
 * for an hour.
 */
final class InstallLog {
  /** How deploy/user-data.sh and what it runs begin a line; before it stands the time. */
  private static final String MARK = "argus: install: ";

  private static final int MOST_LINES = 10;

  private final Ec2Client ec2;
  private final String cluster;

  InstallLog(Ec2Client ec2, String cluster) {
    this.ec2 = ec2;
    this.cluster = cluster;
  }

  /** Its last lines, for people; that it cannot be read, if so; none if there was no web node. */
  List<String> lines() {
    try {
      return latest().map(this::lines).orElse(List.of());
    } catch (SdkException e) {
      return List.of("What its install stage said cannot be read: " + e.getMessage());
    }
  }

  private List<String> lines(String instance) {
    String encoded = ec2.getConsoleOutput(r -> r.instanceId(instance)).output();
    if (encoded == null || encoded.isEmpty()) {
      return List.of(
          "The console of %s has nothing yet; later: aws ec2 get-console-output --instance-id %s"
              .formatted(instance, instance));
    }
    String console = new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.UTF_8);
    List<String> said =
        console
            .lines()
            .filter(line -> line.contains(MARK))
            .map(line -> instance + ": " + line.substring(line.indexOf(MARK) + MARK.length()))
            .toList();
    return said.subList(Math.max(0, said.size() - MOST_LINES), said.size());
  }

  private Optional<String> latest() {
    return ec2
        .describeInstances(
            r ->
                r.filters(
                    filter("tag:" + Ec2Fleet.CLUSTER_TAG, cluster),
                    filter("tag:Name", WebAddress.WEB_NODE)))
        .reservations()
        .stream()
        .flatMap(reservation -> reservation.instances().stream())
        .max(
            Comparator.comparing(
                Instance::launchTime, Comparator.nullsFirst(Comparator.<Instant>naturalOrder())))
        .map(Instance::instanceId);
  }

  private static Filter filter(String name, String value) {
    return Filter.builder().name(name).values(value).build();
  }
}
