package dev.argus.web;

import dev.argus.protocol.Problem;

/** What an operator asked of a dead letter cannot be done, and nothing was changed. */
public class DeadLetterException extends RuntimeException {
  private final transient Problem problem;

  DeadLetterException(Problem problem) {
    super(problem.detail());
    this.problem = problem;
  }

  /** Why not. */
  public Problem problem() {
    return problem;
  }
}
