package dev.argus.simulation.rivals;

import dev.argus.ports.Fleet;
import dev.argus.simulation.Instance;
import dev.argus.simulation.ModelNode;
import dev.argus.simulation.World;
import dev.argus.worker.Leave;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The nodes of a rival, as an Auto Scaling group or a deployment has them: it is told how many
 * there should be, launches what is missing and ends what is too much.
 *
 * <p>Those that end finish what they hold, and are not counted any more; but all together are never
 * more than {@code argus.scaling.max-workers}. A launch that failed is tried again at the next
 * look, and a node that is not ready after {@code argus.scaling.boot-timeout} is replaced, as Argus
 * does it: published rules leave both to others.
 */
final class Group {
  /** Which nodes go first. */
  enum First {
    /** As Auto Scaling groups have it, if all were launched from one template. */
    OLDEST,
    /** Those that are not ready, then the youngest: as ReplicaSets choose their pods. */
    YOUNGEST
  }

  private static final Leave SMALLER =
      new Leave(Leave.Reason.TOLD, "the group is made smaller", Optional.empty());

  private final World world;
  private final First first;
  private final Map<String, Optional<ModelNode>> members = new LinkedHashMap<>(); // oldest first
  private final Set<String> leaving = new HashSet<>();
  private int wanted;
  private int asked; // launches that EC2 has not answered yet
  private long launches;

  Group(World world, First first) {
    this.world = world;
    this.first = first;
  }

  /** How many there should be. */
  int wanted() {
    return wanted;
  }

  /** Nodes that are there or asked for, without those that leave. */
  int size() {
    forgetEnded();
    return members.size() + asked;
  }

  /** Nodes that EC2 says are running, whether they are ready or not. */
  int running() {
    forgetEnded();
    return (int)
        world.fleet().nodes().toCompletableFuture().join().stream()
            .filter(node -> node.state() == Fleet.State.RUNNING && members.containsKey(node.id()))
            .count();
  }

  /** Whether all were launched so long ago at least. */
  boolean areAllOlderThan(Duration age) {
    forgetEnded();
    Instant then = world.time().instant().minus(age);
    return asked == 0
        && members.keySet().stream()
            .flatMap(id -> world.fleet().instance(id).stream())
            .noneMatch(instance -> instance.launchedAt().isAfter(then));
  }

  /** There should be so many, or as many as may be. */
  void resize(int nodes) {
    wanted = Math.min(nodes, max());
    endThoseThatDoNotBoot();
    while (size() > wanted && !members.isEmpty()) {
      end(next());
    }
    int room = max() - size() - leaving.size();
    int missing = Math.min(wanted - size(), room);
    for (int i = 0; i < missing; i++) {
      launch();
    }
  }

  /** This one leaves, and is not replaced. */
  void leave(ModelNode node, Leave why) {
    members.remove(node.id());
    leaving.add(node.id());
    node.leave(why);
  }

  /** The node is ready. */
  void watch(ModelNode node) {
    members.replace(node.id(), Optional.of(node));
  }

  /** The node is gone. */
  void unwatch(ModelNode node) {
    members.remove(node.id());
    leaving.remove(node.id());
  }

  private int max() {
    return world.settings().scaling().maxWorkers();
  }

  private void launch() {
    launches++;
    asked++;
    world
        .fleet()
        .launch((int) launches, "rival-" + launches)
        .whenComplete(
            (node, failure) -> {
              asked--;
              if (failure == null) {
                members.put(node.id(), Optional.empty());
              }
            });
  }

  private String next() {
    List<String> all = new ArrayList<>(members.keySet());
    if (first == First.OLDEST) {
      return all.get(0);
    }
    Collections.reverse(all);
    return all.stream().filter(id -> members.get(id).isEmpty()).findFirst().orElse(all.get(0));
  }

  private void end(String id) {
    members
        .get(id)
        .ifPresentOrElse(
            node -> leave(node, SMALLER),
            () -> {
              members.remove(id);
              world.fleet().terminate(id);
            });
  }

  private void endThoseThatDoNotBoot() {
    Instant then = world.time().instant().minus(world.settings().scaling().bootTimeout());
    forgetEnded();
    List.copyOf(members.keySet()).stream()
        .filter(id -> members.get(id).isEmpty())
        .flatMap(id -> world.fleet().instance(id).stream())
        .filter(instance -> instance.launchedAt().isBefore(then))
        .map(Instance::id)
        .forEach(this::end);
  }

  /** EC2 takes some away itself. */
  private void forgetEnded() {
    members.keySet().removeIf(id -> world.fleet().instance(id).map(Instance::isOver).orElse(true));
  }
}
