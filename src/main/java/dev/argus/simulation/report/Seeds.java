package dev.argus.simulation.report;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Seeds of several runs.
 *
 * @param all each once, at least one and at most a thousand
 */
public record Seeds(List<Long> all) {
  private static final int MOST = 1_000;
  private static final Pattern PART = Pattern.compile("(\\d{1,18})(?:-(\\d{1,18}))?");

  public Seeds {
    all = List.copyOf(all);
  }

  /**
   * Seeds as they are written: {@code 24-26}, {@code 24,25} or both.
   *
   * @throws IllegalArgumentException if they are something else
   */
  public static Seeds of(String text) {
    List<Long> all = Stream.of(text.split(",", -1)).flatMap(Seeds::part).distinct().toList();
    if (all.size() > MOST) {
      throw new IllegalArgumentException("expected %d seeds at most".formatted(MOST));
    }
    return new Seeds(all);
  }

  private static Stream<Long> part(String text) {
    Matcher part = PART.matcher(text);
    if (part.matches()) {
      long first = Long.parseLong(part.group(1));
      long last = part.group(2) == null ? first : Long.parseLong(part.group(2));
      if (first <= last) {
        return LongStream.rangeClosed(first, last).limit(MOST + 1L).boxed();
      }
    }
    throw new IllegalArgumentException(
        "expected seeds such as 24-26 or 24,25, found '%s'".formatted(text));
  }
}
