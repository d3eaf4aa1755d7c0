package dev.argus.aws;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** A value that is built when it is first asked for, once; safe for use by many threads. */
final class Lazy<T> {
  private final Supplier<T> build;
  private T value;

  Lazy(Supplier<T> build) {
    this.build = build;
  }

  synchronized T get() {
    if (value == null) {
      value = build.get();
    }
    return value;
  }

  synchronized void ifBuilt(Consumer<T> action) {
    if (value != null) {
      action.accept(value);
    }
  }
}
