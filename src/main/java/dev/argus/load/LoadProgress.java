package dev.argus.load;

/** Told after every photo how far a run is; called by one thread at a time, and must not block. */
@FunctionalInterface
public interface LoadProgress {
  /**
   * @param completed photos that are done or could not be sent, the warm-up included
   * @param failed those of them without a recognised answer
   */
  void update(int completed, int failed);

  /** Nobody watches. */
  static LoadProgress ignored() {
    return (completed, failed) -> {};
  }
}
