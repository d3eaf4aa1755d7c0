package dev.argus.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;

/**
 * Text from anyone, for a terminal: terminals obey control characters, and a photo may be called
 * anything.
 */
final class Printable {
  // As in logback.xml; \p{Cntrl} would let CSI (U+009B) and all that turns text around pass.
  private static final String COMMANDS = "[\\p{Cc}\\p{Cf}\\u2028\\u2029]";
  private static final ObjectWriter JSON =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build()
          .writerWithDefaultPrettyPrinter();

  private Printable() {}

  /** The text on one line, with question marks for what would drive the terminal. */
  static String text(String text) {
    return text.replaceAll(COMMANDS, "?");
  }

  /** The same JSON, indented, in printable ASCII alone. */
  static String json(JsonNode json) {
    try {
      return JSON.writeValueAsString(json).replace("\u007f", "\\u007f"); // JSON lets DEL stand
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // a tree can always be written
    }
  }
}
