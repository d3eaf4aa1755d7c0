package dev.argus.ports;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** The app nodes of this cluster: EC2 instances, seen through one cluster tag. */
public interface Fleet {
  /**
   * An app node as EC2 describes it.
   *
   * @param id the instance id
   * @param number the n of its name {@code app-tier-instance-<n>}
   * @param launchedAt when EC2 accepted the launch
   * @param reportsTo the response queue of the web node that launched it, to which it reports until
   *     it knows which one leads; empty if it was launched by other means
   * @param instanceType such as {@code c7i.large}; empty if that is not known
   * @param purchase how it is paid for: {@code on-demand} or {@code spot}
   */
  record Node(
      String id,
      int number,
      State state,
      Instant launchedAt,
      String reportsTo,
      String instanceType,
      String purchase) {

    /** A node of which nobody asks what it costs. */
    public Node(String id, int number, State state, Instant launchedAt, String reportsTo) {
      this(id, number, state, launchedAt, reportsTo, "", ON_DEMAND);
    }
  }

  /** The purchase of an instance that is paid for by the second at the full price. */
  String ON_DEMAND = "on-demand";

  /** The instance states that matter; a terminated instance is not in the fleet. */
  enum State {
    PENDING,
    RUNNING,
    SHUTTING_DOWN
  }

  /**
   * Where nodes are launched: a kind of machine in one place, and how it is paid for.
   *
   * @param id at most 8 letters and digits; stands for all that a launch there asks of EC2, so that
   *     it is another one when the settings have changed
   * @param name for people
   */
  record Pool(String id, String name) {}

  /** All app nodes that EC2 shows and that are not terminated; EC2 may show a new one late. */
  CompletionStage<List<Node>> nodes();

  /**
   * Where a launch goes: to the pool that its token names (see {@link LaunchTokens}), unless there
   * is no such one here or EC2 has refused it lately, else to the first that it has not refused.
   */
  Pool pool(String clientToken);

  /**
   * Starts one app node, in {@link #pool} of its token.
   *
   * @param number names it {@code app-tier-instance-<number>}
   * @param clientToken two launches with one token start one node; at most 64 characters (an EC2
   *     limit)
   * @return the node as EC2 accepted it, shutting down if an earlier launch with this token started
   *     one that has ended; fails with {@link NoCapacityException} if it is the pool that the token
   *     names which has nothing to give, else with {@link LaunchFailedException}, and then a node
   *     may have been started all the same
   */
  CompletionStage<Node> launch(int number, String clientToken);

  /** Ends an app node; done when EC2 has accepted it. */
  CompletionStage<Done> terminate(String id);
}
