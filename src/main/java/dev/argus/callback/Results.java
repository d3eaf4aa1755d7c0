package dev.argus.callback;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletionStage;

/** Finds out what has become of the photos and batches that callbacks wait for. */
@FunctionalInterface
public interface Results {
  /** What is known of one. */
  sealed interface Finding {}

  /**
   * It is finished.
   *
   * @param result what the webhook tells, as JSON
   */
  record Finished(JsonNode result) implements Finding {}

  /** It was accepted, and is not finished. */
  enum Pending implements Finding {
    INSTANCE
  }

  /** It was not accepted, or not yet, or its time is over. */
  enum Unknown implements Finding {
    INSTANCE
  }

  /** Looks; fails when S3 does. */
  CompletionStage<Finding> find(Subject subject);
}
