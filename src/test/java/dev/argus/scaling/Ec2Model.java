package dev.argus.scaling;

import dev.argus.ports.Fleet;
import dev.argus.ports.LaunchFailedException;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What EC2 promises of launches: one node for one client token, whoever calls; an error for a token
 * that comes with other parameters; new nodes shown late.
 */
final class Ec2Model {
  /** A launch that EC2 remembers, with what was asked for. */
  private record Bound(String parameters, Fleet.Node node) {}

  private final SettableClock clock;
  private final Random random;
  private final Duration shownAfter;
  private final Map<String, Bound> byToken = new HashMap<>();
  private final Map<String, Instant> shownFrom = new HashMap<>();
  private final List<Fleet.Node> nodes = new ArrayList<>();
  private int started;

  /**
   * @param shownAfter the latest that a new node is shown
   */
  Ec2Model(SettableClock clock, Random random, Duration shownAfter) {
    this.clock = clock;
    this.random = random;
    this.shownAfter = shownAfter;
  }

  Fleet.Node launch(String parameters, int number, String token) throws LaunchFailedException {
    Bound bound = byToken.get(token);
    if (bound == null) {
      started++;
      Instant now = clock.instant();
      Fleet.Node node =
          new Fleet.Node("i-" + started, number, Fleet.State.PENDING, now, parameters);
      nodes.add(node);
      shownFrom.put(
          node.id(), now.plusMillis((long) (random.nextDouble() * shownAfter.toMillis())));
      byToken.put(token, new Bound(parameters, node));
      return node;
    }
    if (!bound.parameters().equals(parameters)) {
      throw new LaunchFailedException("IdempotentParameterMismatch", "as EC2 says it", null);
    }
    Fleet.Node node = bound.node();
    return nodes.contains(node)
        ? node
        : new Fleet.Node(
            node.id(), node.number(), Fleet.State.SHUTTING_DOWN, node.launchedAt(), parameters);
  }

  List<Fleet.Node> shown() {
    return nodes.stream()
        .filter(node -> !shownFrom.get(node.id()).isAfter(clock.instant()))
        .toList();
  }

  List<Fleet.Node> existing() {
    return List.copyOf(nodes);
  }

  /** A node comes to its end. */
  Optional<Fleet.Node> endOne() {
    return nodes.isEmpty()
        ? Optional.empty()
        : Optional.of(nodes.remove(random.nextInt(nodes.size())));
  }

  int started() {
    return started;
  }
}
