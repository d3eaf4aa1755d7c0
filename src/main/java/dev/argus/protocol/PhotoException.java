package dev.argus.protocol;

/** The photo itself can never be recognised; trying again would give the same result. */
public class PhotoException extends RuntimeException {
  private final transient Problem problem;

  public PhotoException(Problem problem) {
    super(problem.detail());
    this.problem = problem;
  }

  public PhotoException(Problem problem, Throwable cause) {
    super(problem.detail(), cause);
    this.problem = problem;
  }

  /** What is wrong with the photo, as the client is told. */
  public Problem problem() {
    return problem;
  }
}
