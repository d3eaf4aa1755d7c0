package dev.argus.simulation;

import dev.argus.ports.Fleet;
import dev.argus.ports.LaunchFailedException;
import dev.argus.ports.LaunchTokens;
import dev.argus.ports.NoCapacityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * A fleet in memory that can be told to misbehave.
 *
 * <p>Like EC2 it starts one node for one client token, takes a token with one pool only, and may
 * show a new node late. A pool that was refused is left out until {@link #forgetRefusals}. Every
 * call is counted. Thread-safe.
 */
public final class InMemoryFleet implements Fleet {
  /** One call of {@link #launch}. */
  public record LaunchCall(int number, String clientToken) {}

  /** Where all nodes report to. */
  public static final String RESPONSES = "argus-responses";

  private final InstantSource clock;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Node> byToken = new HashMap<>();
  private final List<LaunchCall> launchCalls = new ArrayList<>();
  private final List<String> terminateCalls = new ArrayList<>();
  private final Map<String, Pool> poolByToken = new HashMap<>();
  private final Set<Pool> empty = new HashSet<>();
  private final Set<Pool> refused = new HashSet<>();
  private List<Pool> pools = List.of(new Pool("p1", "the only pool"));
  private Duration shownAfter = Duration.ZERO;
  private String launchError = "";
  private boolean answersLost;
  private boolean unreadable;
  private boolean unending;
  private int reads;
  private int sequence;

  public InMemoryFleet(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized CompletionStage<List<Node>> nodes() {
    reads++;
    if (unreadable) {
      return CompletableFuture.failedFuture(new IllegalStateException("EC2 cannot be reached"));
    }
    return CompletableFuture.completedFuture(shown());
  }

  @Override
  public synchronized CompletionStage<Node> launch(int number, String clientToken) {
    launchCalls.add(new LaunchCall(number, clientToken));
    if (!launchError.isEmpty()) {
      return CompletableFuture.failedFuture(
          new LaunchFailedException(launchError, "as the test wants it", null));
    }
    Pool pool = pool(clientToken);
    boolean before = byToken.containsKey(clientToken);
    boolean same = before && pool.equals(poolByToken.get(clientToken));
    // The worst that EC2 may do: it looks at a token only when nothing else is wrong with the call.
    if (!same && empty.contains(pool)) {
      return CompletableFuture.failedFuture(
          refusal(pool, own(clientToken).equals(Optional.of(pool))));
    }
    if (before && !same) {
      return CompletableFuture.failedFuture(
          new LaunchFailedException("IdempotentParameterMismatch", "another pool", null));
    }
    refused.remove(pool);
    poolByToken.put(clientToken, pool);
    Node first = byToken.computeIfAbsent(clientToken, token -> add(number, State.PENDING));
    Node node = nodes.getOrDefault(first.id(), in(State.SHUTTING_DOWN, first));
    return answersLost
        ? CompletableFuture.failedFuture(new IllegalStateException("the answer was lost"))
        : CompletableFuture.completedFuture(node);
  }

  private LaunchFailedException refusal(Pool pool, boolean own) {
    refused.add(pool);
    String code = "InsufficientInstanceCapacity";
    return own
        ? new NoCapacityException(code, "no " + pool.name(), null, !refused.containsAll(pools))
        : new LaunchFailedException(code, "no " + pool.name(), null);
  }

  @Override
  public synchronized Pool pool(String clientToken) {
    return own(clientToken)
        .filter(pool -> !refused.contains(pool))
        .or(() -> pools.stream().filter(pool -> !refused.contains(pool)).findFirst())
        .orElse(pools.get(0));
  }

  private Optional<Pool> own(String clientToken) {
    return LaunchTokens.pool(clientToken)
        .flatMap(id -> pools.stream().filter(pool -> pool.id().equals(id)).findFirst());
  }

  @Override
  public synchronized CompletionStage<Done> terminate(String id) {
    terminateCalls.add(id);
    if (unending) {
      return CompletableFuture.failedFuture(new IllegalStateException("EC2 cannot be reached"));
    }
    become(id, State.SHUTTING_DOWN);
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  /** Adds a node that nobody launched through this port. */
  public synchronized Node add(int number, State state) {
    sequence++;
    Node node = new Node("i-" + sequence, number, state, clock.instant(), RESPONSES);
    nodes.put(node.id(), node);
    return node;
  }

  /** Moves a node to another state. */
  public synchronized void become(String id, State state) {
    nodes.computeIfPresent(id, (key, node) -> in(state, node));
  }

  private static Node in(State state, Node node) {
    return new Node(node.id(), node.number(), state, node.launchedAt(), node.reportsTo());
  }

  /** The node is terminated: it is gone. */
  public synchronized void remove(String id) {
    nodes.remove(id);
  }

  /** New nodes are shown only after this time. */
  public synchronized void showAfter(Duration time) {
    shownAfter = time;
  }

  /** Launches fail with this EC2 error code; empty: they work again. */
  public synchronized void failLaunches(String code) {
    launchError = code;
  }

  /** Launches go to these, in this order. */
  public synchronized void launchIn(Pool... inOrder) {
    pools = List.of(inOrder);
  }

  /** These pools have nothing to give, all others have. */
  public synchronized void empty(Pool... none) {
    empty.clear();
    empty.addAll(List.of(none));
  }

  /** The pools that were refused are not left out any more. */
  public synchronized void forgetRefusals() {
    refused.clear();
  }

  /** The pools of the launches that worked, by token. */
  public synchronized Map<String, Pool> pools() {
    return Map.copyOf(poolByToken);
  }

  /** Launches work, but their callers get an error. */
  public synchronized void loseAnswers(boolean lost) {
    answersLost = lost;
  }

  /** Reading the fleet fails. */
  public synchronized void failReads(boolean fail) {
    unreadable = fail;
  }

  /** Ending a node fails. */
  public synchronized void failTerminations(boolean fail) {
    unending = fail;
  }

  /** What EC2 would show now. */
  public synchronized List<Node> shown() {
    Instant visible = clock.instant().minus(shownAfter);
    return nodes.values().stream().filter(node -> !node.launchedAt().isAfter(visible)).toList();
  }

  /** All nodes there really are. */
  public synchronized List<Node> existing() {
    return List.copyOf(nodes.values());
  }

  public synchronized List<LaunchCall> launchCalls() {
    return List.copyOf(launchCalls);
  }

  public synchronized List<String> terminateCalls() {
    return List.copyOf(terminateCalls);
  }

  /** How often the fleet was read. */
  public synchronized int reads() {
    return reads;
  }
}
