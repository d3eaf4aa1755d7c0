package dev.argus.deploy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What one check of {@link Doctor} found.
 *
 * @param check what was looked at
 * @param text what is so, or why nothing can be said
 * @param remedy what to do; empty unless it failed
 */
public record Finding(Status status, String check, String text, String remedy) {
  /** The check whether AWS knows who calls, on which most others depend. */
  public static final String CREDENTIALS = "credentials";

  /** How it is. */
  public enum Status {
    OK,
    FAIL,
    SKIP
  }

  /** Whether something has to be done. */
  public boolean failed() {
    return status == Status.FAIL;
  }

  /** For people: one line. */
  public String line() {
    return switch (status) {
      case OK -> "ok   %s: %s".formatted(check, text);
      case SKIP -> "skip %s: %s".formatted(check, text);
      case FAIL -> "FAIL %s: %s: %s".formatted(check, text, remedy);
    };
  }

  /** For programs. */
  public ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("status", status.name().toLowerCase(Locale.ROOT))
        .put("check", check)
        .put("text", text)
        .put("remedy", remedy);
  }
}
