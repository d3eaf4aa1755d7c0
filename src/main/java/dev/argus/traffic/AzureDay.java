package dev.argus.traffic;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A day of the Azure Functions trace of 2019: a row for each function, with how often it was called
 * in each minute.
 *
 * @see <a
 *     href="https://github.com/Azure/AzurePublicDataset/blob/master/AzureFunctionsDataset2019.md">the
 *     layout</a>
 */
final class AzureDay {
  private static final String IDS = "HashOwner,HashApp,HashFunction,Trigger,";
  private static final int MINUTES = 1440;
  private static final int MAX_COUNT = 6_000_000;

  private final TraceReader reader;
  private final Optional<String> function;
  private final int[] counts;
  private long rows;

  AzureDay(TraceReader reader, String heading, Optional<String> function) {
    this.reader = reader;
    this.function = function;
    int minutes = heading.split(",", -1).length - IDS.split(",").length;
    if (minutes < 1 || minutes > MINUTES || !heading.equals(IDS + numbers(minutes))) {
      throw reader.wrong(
          "expected %s and then the minutes 1 to at most 1440, found %s"
              .formatted(IDS, TraceReader.quoted(heading)));
    }
    this.counts = new int[minutes];
  }

  private static String numbers(int last) {
    return IntStream.rangeClosed(1, last)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(","));
  }

  Trace read() throws IOException {
    for (String line = reader.line(); line != null; line = reader.line()) {
      add(line);
    }
    if (rows == 0) {
      throw reader.wrong(
          "expected a row "
              + function.map(hash -> "with the HashFunction " + hash).orElse("for each function")
              + ", found none");
    }
    long[] minutes = LongStream.range(0, counts.length).map(i -> i * 60_000_000_000L).toArray();
    return new Trace(minutes, counts);
  }

  private void add(String line) {
    String[] fields = line.split(",", -1);
    int ids = fields.length - counts.length;
    if (ids != 4) {
      throw reader.wrong(
          "expected 4 names and %d counts, found %d fields in %s"
              .formatted(counts.length, fields.length, TraceReader.quoted(line)));
    }
    if (function.isPresent() && !function.get().equals(fields[2])) {
      return;
    }
    rows++;
    for (int i = 0; i < counts.length; i++) {
      counts[i] += count(i + 1, fields[ids + i]);
      if (counts[i] > MAX_COUNT) {
        throw reader.wrong(
            "minute %d: expected at most 6 million calls of all functions together, found %,d; choose one function"
                .formatted(i + 1, counts[i]));
      }
    }
  }

  private int count(int minute, String field) {
    if (field.equals("0")) {
      return 0; // nearly all are
    }
    if (!field.matches("[0-9]{1,7}")) {
      throw reader.wrong(
          "minute %d: expected a count of at most 6 million, found %s"
              .formatted(minute, TraceReader.quoted(field)));
    }
    return Integer.parseInt(field);
  }
}
