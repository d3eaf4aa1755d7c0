package dev.argus.worker;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Whether this node can still work. Once broken it stays so. Thread-safe. */
final class Fitness {
  private final Consumer<String> onBroken;
  private final AtomicBoolean broken = new AtomicBoolean();

  /**
   * @param onBroken told once why, for people
   */
  Fitness(Consumer<String> onBroken) {
    this.onBroken = onBroken;
  }

  /** The node is of no use any more. */
  void broken(String why) {
    if (broken.compareAndSet(false, true)) {
      onBroken.accept(why);
    }
  }

  boolean isBroken() {
    return broken.get();
  }
}
