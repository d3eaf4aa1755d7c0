package dev.argus.client;

import dev.argus.protocol.ClassifyReply;
import java.time.Duration;

/**
 * What became of one photo.
 *
 * @param photo the photo that was sent
 * @param result what came of the last attempt
 * @param retries how often it was sent again
 * @param latency from the first attempt's start to the last one's end, waits between them included:
 *     what a patient client sees
 */
record Outcome(Photo photo, Result result, int retries, Duration latency) {
  /** What came of one attempt. */
  sealed interface Result {}

  /** An answer, recognised or failed. */
  record Answered(ClassifyReply reply) implements Result {}

  /** Another status than 200, or a body that cannot be read. */
  record Rejected(int status, String reason) implements Result {}

  /** No answer at all. */
  record Broken(String reason) implements Result {}
}
