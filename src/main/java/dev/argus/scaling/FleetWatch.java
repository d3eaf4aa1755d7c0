package dev.argus.scaling;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.ports.Completions;
import dev.argus.ports.Fleet;
import dev.argus.protocol.Answer;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.ResponseMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.Done;

/**
 * Follows app nodes through their lives, for operators who watch: by what EC2 says to the
 * controller ({@link #watched}) and what the nodes say themselves. It makes no calls of its own.
 *
 * <p>While this web node does not lead nobody here asks EC2, and what is known grows old.
 * Thread-safe.
 */
public final class FleetWatch {
  /** Decisions that a page shows, and again as many older launches; see {@link DecisionLog}. */
  private static final int DECISIONS = 12;

  /** Nodes that a page lists, the newest; all are counted. */
  private static final int LISTED = 100;

  /** Nodes that are remembered after their end, the last. */
  private static final int GONE = 6;

  private final Duration visibilityTimeout;
  private final InstantSource clock;
  private final Map<String, NodeLife> lives = new HashMap<>(); // the fleet, and GONE more
  private int calls;

  /**
   * @param visibilityTimeout a launch that EC2 does not show after this time has no node any more
   */
  public FleetWatch(Duration visibilityTimeout, InstantSource clock) {
    this.visibilityTimeout = visibilityTimeout;
    this.clock = clock;
  }

  /** The same fleet, whose launches and nodes are noted here. */
  public Fleet watched(Fleet fleet) {
    return new Fleet() {
      @Override
      public CompletionStage<List<Node>> nodes() {
        return fleet
            .nodes()
            .thenApply(
                nodes -> {
                  shown(nodes);
                  return nodes;
                });
      }

      @Override
      public Pool pool(String clientToken) {
        return fleet.pool(clientToken);
      }

      @Override
      public CompletionStage<Node> launch(int number, String clientToken) {
        Instant at = clock.instant();
        called(1);
        return Completions.attempt(() -> fleet.launch(number, clientToken))
            .whenComplete(
                (node, failure) -> {
                  called(-1);
                  if (failure == null) {
                    accepted(node, at);
                  }
                });
      }

      @Override
      public CompletionStage<Done> terminate(String id) {
        return fleet.terminate(id);
      }
    };
  }

  private synchronized void called(int more) {
    calls += more;
  }

  private synchronized void accepted(Fleet.Node node, Instant at) {
    lives.putIfAbsent(node.id(), NodeLife.requested(node, at));
  }

  private synchronized void shown(List<Fleet.Node> nodes) {
    Instant now = clock.instant();
    Set<String> ids = new HashSet<>();
    for (Fleet.Node node : nodes) {
      ids.add(node.id());
      lives.computeIfAbsent(node.id(), id -> NodeLife.found(node)).shown(node, now);
    }
    lives.forEach(
        (id, life) -> {
          if (!ids.contains(id)) {
            life.missing(now, visibilityTimeout);
          }
        });
    Set<NodeLife> forgotten =
        lives.values().stream()
            .filter(NodeLife::isGone)
            .sorted(newestFirst())
            .skip(GONE)
            .collect(Collectors.toSet());
    lives.values().removeAll(forgotten);
  }

  private static Comparator<NodeLife> newestFirst() {
    return Comparator.comparing(NodeLife::requestedAt).reversed();
  }

  /** An app node sent this. Of one that EC2 has not shown nothing is kept. */
  public synchronized void heard(ResponseMessage message) {
    String node = message instanceof Answer answer ? answer.node() : ((NodeReport) message).node();
    NodeLife life = lives.get(node);
    if (life != null) {
      life.heard(message, clock.instant());
    }
  }

  /**
   * The fleet as JSON: {@code nodes}, how many are in each state; {@code list}, the newest of them
   * and the last that are gone; {@code queue}, what the controller has seen of the request queue;
   * {@code decisions}, the latest.
   */
  public ObjectNode toJson(DecisionLog decisions, Forecast forecast) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    putNodes(json);
    forecast
        .latest()
        .ifPresent(
            seen ->
                json.putObject("queue")
                    .put("visible", seen.visible())
                    .put("inFlight", seen.inFlight())
                    .put("maxWorkers", seen.maxWorkers()));
    json.set("decisions", decisions.toJson(DECISIONS));
    return json;
  }

  private synchronized void putNodes(ObjectNode json) {
    Map<NodeLife.State, Long> counts =
        lives.values().stream()
            .collect(Collectors.groupingBy(NodeLife::state, Collectors.counting()));
    ObjectNode nodes = json.putObject("nodes");
    for (NodeLife.State state : NodeLife.State.values()) {
      if (state != NodeLife.State.GONE) {
        long called = state == NodeLife.State.LAUNCHING ? calls : 0;
        nodes.put(state.name().toLowerCase(Locale.ROOT), counts.getOrDefault(state, 0L) + called);
      }
    }
    ArrayNode list = json.putArray("list");
    lives.values().stream()
        .sorted(Comparator.comparing(NodeLife::isGone).thenComparing(newestFirst()))
        .limit(LISTED)
        .forEach(life -> life.putInto(list.addObject()));
    json.put("unlisted", lives.size() - list.size());
  }
}
