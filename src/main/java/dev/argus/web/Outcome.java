package dev.argus.web;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.Optional;

/** What becomes of one client's wait for one photo. */
sealed interface Outcome {
  /**
   * The answer, recognised or failed.
   *
   * @param view how much of it the client wants to see
   */
  record Answered(ClassifyReply reply, ResultView view) implements Outcome {
    Answered(ClassifyReply reply) {
      this(reply, ResultView.ALL);
    }
  }

  /** Accepted, and not answered yet: the client comes back with the id. */
  record Pending(PhotoId id, String name) implements Outcome {}

  /** The client's deadline passed; the work goes on. */
  record DeadlinePassed(PhotoId id, String name) implements Outcome {}

  /** Whether the photo was accepted is not known: if it was, it has this id, and is answered. */
  record Uncertain(PhotoId id, String name) implements Outcome {}

  /**
   * Not accepted, or asked for and not there: nothing is owed.
   *
   * @param retryAfter when to come again, if more is known than {@code argus.web.retry-after}
   */
  record Refused(Problem problem, Optional<Duration> retryAfter) implements Outcome {
    Refused(Problem problem) {
      this(problem, Optional.empty());
    }

    Refused(Refusal refusal) {
      this(refusal.problem(), refusal.retryAfter());
    }
  }
}
