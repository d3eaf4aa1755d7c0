package dev.argus.ports;

/**
 * EC2 has no node to give in the pool of a launch: no machine of that kind there, or no more
 * allowed by a quota. It has started nothing for the launch's token, so the launch may go to
 * another pool.
 */
public class NoCapacityException extends LaunchFailedException {
  private final boolean anotherPool;

  /**
   * @param anotherPool whether there is a pool that has not been refused lately
   */
  public NoCapacityException(String code, String message, Throwable cause, boolean anotherPool) {
    super(code, message, cause);
    this.anotherPool = anotherPool;
  }

  /** Whether it is worth while to try another pool at once. */
  public boolean anotherPool() {
    return anotherPool;
  }
}
