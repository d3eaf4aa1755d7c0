package dev.argus.traffic;

import java.util.Arrays;

/** Lines of arrivals, or of counts per minute, half read. */
final class Recording {
  private static final int MAX_COUNT = 6_000_000;
  private static final double MAX_SECONDS = 366.0 * 24 * 3600;
  private static final double NANOS = 1e9;

  private final TraceReader reader;

  /** Each line is the count of the next minute. */
  private final boolean everyMinute;

  private long[] nanos = new long[1024];
  private int[] counts = new int[1024];
  private int size;
  private int columns;

  Recording(TraceReader reader, boolean everyMinute) {
    this.reader = reader;
    this.everyMinute = everyMinute;
  }

  void add(String line) {
    String[] fields = line.split(",", -1);
    columns = columns == 0 ? fields.length : columns;
    if (fields.length != columns || columns > (everyMinute ? 1 : 2)) {
      throw wrong(line);
    }
    try {
      if (everyMinute) {
        add(line, size * 60.0, Integer.parseInt(fields[0]));
      } else if (columns == 2) {
        double minute = Double.parseDouble(fields[0]);
        add(line, minute * 60, Integer.parseInt(fields[1].strip()));
      } else {
        add(line, Double.parseDouble(fields[0]), 1);
      }
    } catch (NumberFormatException e) {
      throw wrong(line);
    }
  }

  private void add(String line, double time, int count) {
    boolean fits = time >= 0 && time <= MAX_SECONDS && count >= 0 && count <= MAX_COUNT;
    long at = (long) (time * NANOS);
    if (!fits || (size > 0 && at < nanos[size - 1])) {
      throw wrong(line);
    }
    if (size == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
    }
    nanos[size] = at;
    counts[size++] = count;
  }

  Trace trace() {
    if (size == 0) {
      throw reader.wrong("expected arrivals, found none");
    }
    boolean counted = everyMinute || columns == 2;
    return new Trace(
        Arrays.copyOf(nanos, size), counted ? Arrays.copyOf(counts, size) : new int[0]);
  }

  private IllegalArgumentException wrong(String line) {
    String expected =
        everyMinute
            ? "the count of a minute (at most 6 million, and at most a year of them)"
            : "the seconds of an arrival, or MINUTE,COUNT, as in the lines before and not earlier"
                + " than those (at most a year, and 6 million a minute)";
    return reader.wrong("expected %s, found %s".formatted(expected, TraceReader.quoted(line)));
  }
}
