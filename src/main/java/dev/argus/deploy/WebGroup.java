package dev.argus.deploy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;

/** The group of web nodes, which a tear-down empties and a deployment fills again. */
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

  /** How many web nodes a stack with these parameters has. */
  static int nodes(Map<String, String> parameters) {
    return Integer.parseInt(parameters.getOrDefault("WebNodes", "1"));
  }

  /** Whether there is a group, and it is to have no web node: no stack asks for that. */
  boolean isStopped() {
    return find().filter(group -> group.desiredCapacity() == 0).isPresent();
  }

  /** Ends all web nodes, and waits until they are gone: after that nobody launches app nodes. */
  void empty() throws InterruptedException {
    if (find().isEmpty()) {
      return;
    }
    resize(0);
    boolean empty =
        poll.until(
            () -> find().map(group -> group.instances().isEmpty()).orElse(true), LOOK, LIMIT);
    if (!empty) {
      throw new DeployException(
          "web nodes are still shutting down after %d minutes; run this again later"
              .formatted(LIMIT.toMinutes()));
    }
  }

  /** Has it start web nodes until there are so many, or end those that are too many. */
  void resize(int nodes) {
    client.updateAutoScalingGroup(
        r -> r.autoScalingGroupName(name).minSize(nodes).maxSize(nodes).desiredCapacity(nodes));
  }

  private Optional<AutoScalingGroup> find() {
    return client
        .describeAutoScalingGroups(r -> r.autoScalingGroupNames(name))
        .autoScalingGroups()
        .stream()
        .findFirst();
  }
}
