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
   */
  record Node(String id, int number, State state, Instant launchedAt, String reportsTo) {}

  /** The instance states that matter; a terminated instance is not in the fleet. */
  enum State {
    PENDING,
    RUNNING,
    SHUTTING_DOWN
  }

  /** All app nodes that EC2 shows and that are not terminated; EC2 may show a new one late. */
  CompletionStage<List<Node>> nodes();

  /**
   * Starts one app node.
   *
   * @param number names it {@code app-tier-instance-<number>}
   * @param clientToken two launches with one token start one node
   * @return the node as EC2 accepted it, shutting down if an earlier launch with this token started
   *     one that has ended; fails with {@link LaunchFailedException}
   */
  CompletionStage<Node> launch(int number, String clientToken);

  /** Ends an app node; done when EC2 has accepted it. */
  CompletionStage<Done> terminate(String id);
}
