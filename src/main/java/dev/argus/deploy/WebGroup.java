package dev.argus.deploy;

import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;

/** The group of web nodes, while it is to have none. */
final class WebGroup {
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration LIMIT = Duration.ofMinutes(15);

  private final AutoScalingClient client;
  private final String name;
  private final Poll poll;

  WebGroup(AutoScalingClient client, String cluster, Poll poll) {
    this.client = client;
    this.name = cluster + "-web"; // the template's name for it
    this.poll = poll;
  }

  /** Ends all web nodes, and waits until they are gone: after that nobody launches app nodes. */
  void empty() throws InterruptedException {
    if (find().isEmpty()) {
      return;
    }
    client.updateAutoScalingGroup(
        r -> r.autoScalingGroupName(name).minSize(0).maxSize(0).desiredCapacity(0));
    boolean empty =
        poll.until(
            () -> find().map(group -> group.instances().isEmpty()).orElse(true), LOOK, LIMIT);
    if (!empty) {
      throw new DeployException(
          "web nodes are still shutting down after %d minutes; run this again later"
              .formatted(LIMIT.toMinutes()));
    }
  }

  private Optional<AutoScalingGroup> find() {
    return client
        .describeAutoScalingGroups(r -> r.autoScalingGroupNames(name))
        .autoScalingGroups()
        .stream()
        .findFirst();
  }
}
