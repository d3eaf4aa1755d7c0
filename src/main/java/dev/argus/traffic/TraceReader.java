package dev.argus.traffic;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads the file of a {@link Trace} line by line, each of which is bounded; what it keeps is a time
 * and a count for each line, or for each minute of a day.
 */
final class TraceReader implements AutoCloseable {
  private static final int MAX_LINES = 10_000_000;

  /** Of characters: four hashes and 1,440 counts of up to nine digits are 15,000. */
  private static final int MAX_LINE = 32_768;

  /** Of a message. */
  private static final int MAX_QUOTE = 60;

  private final Path file;
  private final BufferedReader in;
  private int number;

  TraceReader(Path file) throws IOException {
    this.file = file;
    this.in = Files.newBufferedReader(file);
  }

  Trace read(Optional<String> function) throws IOException {
    String first = line();
    if (first == null) {
      throw wrong("expected arrivals, found none");
    }
    if (first.startsWith("HashOwner,")) {
      return new AzureDay(this, first, function).read();
    }
    if (function.isPresent()) {
      throw wrong(
          "a function can be chosen only from a file in the layout of Azure Functions, whose first"
              + " line starts with HashOwner,HashApp,HashFunction,Trigger; found "
              + quoted(first));
    }
    Recording recording = new Recording(this, first.toLowerCase(Locale.ROOT).matches("counts?"));
    if (!first.matches("[A-Za-z_ ]+(,[A-Za-z_ ]+)?")) {
      recording.add(first);
    }
    for (String line = line(); line != null; line = line()) {
      recording.add(line);
    }
    return recording.trace();
  }

  /** The next line that is not a comment, without blanks around it; null at the end. */
  String line() throws IOException {
    String line = rawLine();
    while (line != null && (line.isEmpty() || line.startsWith("#"))) {
      line = rawLine();
    }
    return line;
  }

  private String rawLine() throws IOException {
    StringBuilder line = new StringBuilder();
    if (++number > MAX_LINES) {
      throw wrong("expected at most 10 million lines, found more");
    }
    try {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      for (; next >= 0 && next != '\n'; next = in.read()) {
        if (line.length() == MAX_LINE) {
          throw wrong("expected at most %,d characters, found more".formatted(MAX_LINE));
        }
        line.append((char) next);
      }
    } catch (CharacterCodingException e) {
      throw wrong("expected text in UTF-8, found other bytes");
    }
    return line.toString().strip();
  }

  /** An error in the line that was read last. */
  IllegalArgumentException wrong(String message) {
    return new IllegalArgumentException("%s, line %d: %s".formatted(file, number, message));
  }

  /** A line, or the start of a long one, for a message. */
  static String quoted(String line) {
    return line.length() <= MAX_QUOTE
        ? '"' + line + '"'
        : '"' + line.substring(0, MAX_QUOTE) + "...\"";
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
