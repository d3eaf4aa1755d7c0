package dev.argus.protocol;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why something did not work, in the form of RFC 9457 (problem details for HTTP APIs).
 *
 * @param type a URN that names the kind of problem, stable for programs to match
 * @param title a short summary, the same for every occurrence
 * @param status the HTTP status that goes with it
 * @param detail what was expected, what was found, and what to do
 */
public record Problem(String type, String title, int status, String detail) {
  private static final String PREFIX = "urn:argus:problem:";

  /** The kinds of problem that Argus answers with. */
  public enum Kind {
    BAD_REQUEST("bad-request", "The request cannot be understood", 400),
    UNAUTHORIZED("unauthorized", "A token is needed", 401),
    FORBIDDEN("forbidden", "This is not allowed", 403),
    NOT_FOUND("not-found", "There is no such thing here", 404),
    METHOD_NOT_ALLOWED("method-not-allowed", "This cannot be done here", 405),
    TOO_SLOW("request-timeout", "The upload took too long", 408),
    BATCH_CANCELLED("batch-cancelled", "The batch was cancelled", 409),
    BATCH_UNFINISHED("batch-unfinished", "The batch is not finished", 409),
    NOT_REDRIVABLE("not-redrivable", "The dead letter cannot be sent again", 409),
    REDRIVE_UNDER_WAY("redrive-under-way", "Dead letters are being sent again already", 409),
    PHOTO_GONE("photo-gone", "The photo is no longer stored", 410),
    TOO_LARGE("too-large", "The upload is too large", 413),
    UNSUPPORTED_TYPE("unsupported-type", "Not a photo of a supported type", 415),
    UNDECODABLE("undecodable", "The photo cannot be decoded", 422),
    TOO_MANY_PIXELS("too-many-pixels", "The photo has too many pixels", 422),
    KEY_REUSED("idempotency-key-reused", "The key belongs to another photo", 422),
    RATE_LIMITED("rate-limited", "This client sends too fast", 429),
    DEAD_LETTERED("dead-lettered", "The photo was given up after repeated attempts", 500),
    OVERLOADED("overloaded", "Argus is at its limit", 503),
    UNAVAILABLE("unavailable", "A service that Argus needs cannot be reached", 503),
    DEADLINE("deadline-passed", "The answer was not ready in time", 504),
    INTERNAL("internal", "Something went wrong inside Argus", 500);

    private final String name;
    private final String title;
    private final int status;

    Kind(String name, String title, int status) {
      this.name = name;
      this.title = title;
      this.status = status;
    }

    public int status() {
      return status;
    }

    /** The name in types and metrics: {@code too-many-pixels}. */
    public String label() {
      return name;
    }

    /** A problem of this kind. */
    public Problem because(String detail) {
      return new Problem(PREFIX + name, title, status, detail);
    }
  }

  /** Its kind; empty if it comes from a version of Argus that knows more kinds. */
  public Optional<Kind> kind() {
    return Arrays.stream(Kind.values()).filter(this::is).findFirst();
  }

  /** Whether this problem is of the given kind. */
  public boolean is(Kind kind) {
    return type.equals(PREFIX + kind.name);
  }
}
