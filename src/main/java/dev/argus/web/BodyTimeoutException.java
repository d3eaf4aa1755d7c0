package dev.argus.web;

import java.time.Duration;

/** The body of a request did not arrive in time. */
final class BodyTimeoutException extends RuntimeException {
  BodyTimeoutException(Duration timeout) {
    super("The body did not arrive within " + timeout.toMillis() / 1000.0 + " s.");
  }
}
