package dev.argus.client;

/** Told after every photo how far a run is; called by one thread at a time, and must not block. */
@FunctionalInterface
public interface LoadProgress {
  /**
   * @param completed photos that are done, the failed ones included
   * @param failed photos without a recognised answer
   */
  void update(int completed, int failed);

  /** Nobody watches. */
  static LoadProgress ignored() {
    return (completed, failed) -> {};
  }
}
