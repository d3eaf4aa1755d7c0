package dev.argus.traffic;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Traffic as it was recorded.
 *
 * <p>A text file in one of two forms; lines that are blank or start with {@code #} are comments,
 * and a first line of words is a heading:
 *
 * <pre>
 * seconds          minute,count
 * 0.25             0,120
 * 1.5              1,80
 * </pre>
 *
 * <p>The first has the time of each arrival in seconds from the start, never falling. The second
 * has how many came in each minute, never falling either; within a minute they are spread at
 * random, as those of a Poisson process are. Minutes that are not named had none.
 */
public final class Trace implements Arrivals {
  private static final int MAX_LINES = 10_000_000;
  private static final int MAX_COUNT = 6_000_000;
  private static final double MAX_SECONDS = 366.0 * 24 * 3600;
  private static final double NANOS = 1e9;

  /** Of each arrival; of each minute's start if {@code counts} has how many came in it. */
  private final long[] nanos;

  /** Empty if each time is an arrival. */
  private final int[] counts;

  private Trace(long[] nanos, int[] counts) {
    this.nanos = nanos;
    this.counts = counts;
  }

  /**
   * Reads a file of at most ten million lines.
   *
   * @throws IllegalArgumentException if a line is wrong, which it names
   */
  public static Trace read(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      return new Reading(file.toString()).read(reader);
    }
  }

  /** Arrivals in all. */
  public long size() {
    return counts.length == 0 ? nanos.length : IntStream.of(counts).asLongStream().sum();
  }

  @Override
  public Iterator<Duration> times(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    LongStream times =
        counts.length == 0
            ? LongStream.of(nanos)
            : IntStream.range(0, nanos.length)
                .mapToObj(i -> within(nanos[i], counts[i], random))
                .flatMapToLong(LongStream::of);
    return times.mapToObj(Duration::ofNanos).iterator();
  }

  @Override
  public String toString() {
    return "a trace of " + size() + " photos";
  }

  private static long[] within(long minute, int count, SplittableRandom random) {
    long[] times = new long[count];
    Arrays.setAll(times, i -> minute + (long) (random.nextDouble() * 60 * NANOS));
    Arrays.sort(times);
    return times;
  }

  /** A file half read. */
  private static final class Reading {
    private final String source;
    private long[] nanos = new long[1024];
    private int[] counts = new int[1024];
    private int size;
    private int columns;
    private int number;

    Reading(String source) {
      this.source = source;
    }

    Trace read(BufferedReader reader) throws IOException {
      boolean first = true;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
          continue;
        }
        if (!(first && text.matches("[A-Za-z_ ]+(,[A-Za-z_ ]+)?"))) {
          add(text, text.split(",", -1));
        }
        first = false;
      }
      if (size == 0) {
        throw new IllegalArgumentException(source + ": expected arrivals, found none");
      }
      return new Trace(
          Arrays.copyOf(nanos, size), columns == 1 ? new int[0] : Arrays.copyOf(counts, size));
    }

    private void add(String line, String[] fields) {
      columns = columns == 0 ? fields.length : columns;
      if (fields.length != columns || columns > 2 || size == MAX_LINES) {
        throw wrong(line);
      }
      try {
        double time = Double.parseDouble(fields[0].strip()) * (columns == 2 ? 60 : 1);
        int count = columns == 2 ? Integer.parseInt(fields[1].strip()) : 1;
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
      } catch (NumberFormatException e) {
        throw wrong(line);
      }
    }

    private IllegalArgumentException wrong(String line) {
      return new IllegalArgumentException(
          "%s, line %d: expected the seconds of an arrival, or MINUTE,COUNT, as in the lines before and not earlier than those (at most a year, 6 million a minute and 10 million lines), found \"%s\""
              .formatted(source, number, line));
    }
  }
}
