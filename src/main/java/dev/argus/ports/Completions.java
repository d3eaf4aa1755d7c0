package dev.argus.ports;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What lies under the wrappers of completion stages. */
public final class Completions {
  private Completions() {}

  /** The failure itself, without what completion stages and futures wrap around it. */
  public static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
