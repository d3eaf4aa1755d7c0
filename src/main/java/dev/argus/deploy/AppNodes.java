package dev.argus.deploy;

import dev.argus.aws.Ec2Fleet;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/** The app nodes of a cluster, which no stack knows: they are found by their tags. */
final class AppNodes {
  private static final String NAME = "app-tier-instance-";
  private static final int BATCH = 100;
  private static final Duration LOOK = Duration.ofSeconds(5);
  // A node has its drain to finish, and then the machine has to go.
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final Ec2Client ec2;
  private final String cluster;
  private final Poll poll;

  AppNodes(Ec2Client ec2, String cluster, Poll poll) {
    this.ec2 = ec2;
    this.cluster = cluster;
    this.poll = poll;
  }

  /** Those that have not ended, in any state. */
  List<Instance> all() {
    return ec2
        .describeInstancesPaginator(
            r ->
                r.filters(
                    filter("tag:" + Ec2Fleet.CLUSTER_TAG, cluster),
                    filter("tag:Name", NAME + "*"),
                    filter(
                        "instance-state-name",
                        "pending",
                        "running",
                        "shutting-down",
                        "stopping",
                        "stopped")))
        .reservations()
        .stream()
        .flatMap(reservation -> reservation.instances().stream())
        .filter(this::isOurs)
        .toList();
  }

  /** Ends all of them, and waits until they are gone. */
  void end() throws InterruptedException {
    boolean gone =
        poll.until(
            () -> {
              List<Instance> left = all();
              terminate(
                  left.stream()
                      .filter(i -> i.state().name() != InstanceStateName.SHUTTING_DOWN)
                      .map(Instance::instanceId)
                      .toList());
              return left.isEmpty();
            },
            LOOK,
            LIMIT);
    if (!gone) {
      throw new DeployException(
          "app nodes are still shutting down after %d minutes; run this again later"
              .formatted(LIMIT.toMinutes()));
    }
  }

  private void terminate(List<String> ids) {
    for (int from = 0; from < ids.size(); from += BATCH) {
      List<String> batch = ids.subList(from, Math.min(ids.size(), from + BATCH));
      ec2.terminateInstances(r -> r.instanceIds(batch));
    }
  }

  /**
   * What is about to be ended is looked at twice: a filter that is not obeyed must cost nothing.
   */
  private boolean isOurs(Instance instance) {
    boolean cluster =
        instance.tags().stream()
            .anyMatch(t -> t.key().equals(Ec2Fleet.CLUSTER_TAG) && t.value().equals(this.cluster));
    boolean appNode =
        instance.tags().stream()
            .anyMatch(t -> t.key().equals("Name") && t.value().startsWith(NAME));
    return cluster && appNode;
  }

  private static Filter filter(String name, String... values) {
    return Filter.builder().name(name).values(values).build();
  }
}
