package dev.argus.traffic;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Traffic as it was recorded.
 *
 * <p>A text file in one of four forms, which its heading tells; lines that are blank or start with
 * {@code #} are comments:
 *
 * <pre>
 * seconds          minute,count       count       HashOwner,HashApp,HashFunction,Trigger,1,2,3
 * 0.25             0,120              120         c2f,71a,9e0,http,100,70,0
 * 1.5              1,80               80          c2f,71a,b55,queue,20,10,0
 * </pre>
 *
 * <p>The first has the time of each arrival in seconds from the start, never falling. The second
 * has how many came in each minute, never falling either; minutes that are not named had none. The
 * third has how many came in one minute after the other. The fourth is a day of the Azure Functions
 * trace of 2019: for each function a row with a count for each minute, up to 1,440, of which one
 * function or the sum of all is played. Within a minute photos are spread at random, as those of a
 * Poisson process are. The first two need no heading.
 */
public final class Trace implements Arrivals {
  private static final double NANOS = 1e9;

  /** Of each arrival; of each minute's start if {@code counts} has how many came in it. */
  private final long[] nanos;

  /** Empty if each time is an arrival. */
  private final int[] counts;

  Trace(long[] nanos, int[] counts) {
    this.nanos = nanos;
    this.counts = counts;
  }

  /**
   * Reads a file of at most ten million lines, all functions of it.
   *
   * @throws IllegalArgumentException if there is no such file, or if a line is wrong, which it
   *     names
   */
  public static Trace read(Path file) throws IOException {
    return read(file, Optional.empty());
  }

  /**
   * Reads a file of at most ten million lines.
   *
   * @param function the {@code HashFunction} of the rows to play; empty for all rows. Only for a
   *     file in the layout of Azure
   * @throws IllegalArgumentException if there is no such file, if a line is wrong, which it names,
   *     or if no row has the function
   */
  public static Trace read(Path file, Optional<String> function) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(
          "the trace cannot be read: %s is a folder".formatted(file));
    }
    try (TraceReader reader = new TraceReader(file)) {
      return reader.read(function);
    } catch (NoSuchFileException e) { // which says no more than its name
      throw new IllegalArgumentException("the trace cannot be read: there is no file " + file, e);
    } catch (AccessDeniedException e) {
      throw new IllegalArgumentException("the trace cannot be read: no leave to open " + file, e);
    }
  }

  /** Arrivals in all. */
  public long size() {
    return counts.length == 0 ? nanos.length : IntStream.of(counts).asLongStream().sum();
  }

  /**
   * How long it is: to the end of its last minute, or to the whole second after its last photo, so
   * that all photos come before it.
   */
  public Duration length() {
    long last = nanos[nanos.length - 1];
    return counts.length == 0
        ? Duration.ofSeconds((long) (last / NANOS) + 1)
        : Duration.ofNanos(last).plusMinutes(1);
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
}
