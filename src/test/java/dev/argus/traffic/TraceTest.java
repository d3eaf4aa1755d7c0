package dev.argus.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The forms of files with counts; {@link ArrivalsTest} has those with times. */
class TraceTest {
  private static final String IDS = "HashOwner,HashApp,HashFunction,Trigger,";

  @TempDir Path folder;

  @Test
  void countsAloneAreThoseOfOneMinuteAfterTheOther() throws IOException {
    Trace trace = read("Count", "3", "# nobody", "0", "2");
    assertThat(trace.size()).isEqualTo(5);
    assertThat(perMinute(trace, 3)).containsExactly(3, 0, 2);
  }

  @Test
  void isAsLongAsItsLastMinuteOrTheSecondOfItsLastPhoto() throws IOException {
    assertThat(read("count", "3", "0").length()).isEqualTo(Duration.ofMinutes(2));
    assertThat(read("minute,count", "7,1").length()).isEqualTo(Duration.ofMinutes(8));
    assertThat(read(IDS + "1,2,3", "o,a,f,http,1,0,0").length()).isEqualTo(Duration.ofMinutes(3));
    assertThat(read("0.5", "93600.25").length()).isEqualTo(Duration.ofSeconds(93_601));
    assertThat(read("0.5", "2").length()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void theRowsOfADayOfAzureAreAddedUp() throws IOException {
    Trace trace = read(IDS + "1,2,3", "o,a,f,http,1,0,2", "o,a,g,timer,10,0,20");
    assertThat(trace.size()).isEqualTo(33);
    assertThat(perMinute(trace, 3)).containsExactly(11, 0, 22);
  }

  @Test
  void aDayOfAzureHas1440Minutes() throws IOException {
    String minutes = numbers(IntStream.rangeClosed(1, 1440));
    String calls = numbers(IntStream.rangeClosed(1, 1440).map(i -> i % 3));
    Trace trace = read(IDS + minutes, "o,a,f,http," + calls);
    assertThat(trace.size()).isEqualTo(1440);
    assertThat(perMinute(trace, 1440))
        .isEqualTo(IntStream.rangeClosed(1, 1440).map(i -> i % 3).toArray());
  }

  @Test
  void oneFunctionOfADayOfAzureCanBeChosen() throws IOException {
    Path file = write(IDS + "1,2", "o,a,f,http,1,2", "o,a,g,timer,10,20", "o,b,f,queue,100,0");
    assertThat(perMinute(Trace.read(file, Optional.of("g")), 2)).containsExactly(10, 20);
    assertThat(perMinute(Trace.read(file, Optional.of("f")), 2)).containsExactly(101, 2);
    assertThatThrownBy(() -> Trace.read(file, Optional.of("h")))
        .hasMessageContaining("HashFunction h, found none");
    Path other = write("1", "2");
    assertThatThrownBy(() -> Trace.read(other, Optional.of("f")))
        .hasMessageContaining("line 1")
        .hasMessageContaining("HashOwner");
  }

  @Property(tries = 50)
  void noPhotoOfATraceIsLostOrMoved(
      @ForAll @Size(min = 1, max = 50) List<@IntRange(max = 100) Integer> counts, @ForAll long seed)
      throws IOException {
    Path file = Files.createTempFile("trace", ".csv");
    try {
      List<String> lines = new ArrayList<>(List.of("count"));
      counts.forEach(count -> lines.add(count.toString()));
      Files.write(file, lines);
      Trace trace = Trace.read(file);
      int[] found = perMinute(trace, counts.size(), seed);
      assertThat(Arrays.stream(found).boxed()).isEqualTo(counts);
      assertThat(trace.size()).isEqualTo(Arrays.stream(found).sum());
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aWrongLineIsNamed() {
    assertWrong("line 3: expected the count of a minute", "count", "1", "-1");
    assertWrong("line 2: expected the count of a minute", "count", "1.5");
    assertWrong("line 2: expected the count of a minute", "count", "7000000");
    assertWrong("line 2: expected the count of a minute", "count", "0,1");
    assertWrong("line 1: expected HashOwner", "HashOwner,HashApp,Trigger,1,2");
    assertWrong("minutes 1 to at most 1440", IDS + "1,3", "o,a,f,http,1,2");
    assertWrong("minutes 1 to at most 1440", IDS + numbers(IntStream.rangeClosed(1, 1441)));
    assertWrong("line 2: expected 4 names and 2 counts, found 5", IDS + "1,2", "o,a,f,http,1");
    assertWrong("line 3: minute 2: expected a count", IDS + "1,2", "o,a,f,h,1,2", "o,a,g,h,1,x");
    assertWrong("line 2: minute 1: expected a count", IDS + "1,2", "o,a,f,h,-1,2");
    assertWrong("choose one function", IDS + "1", "o,a,f,h,4000000", "o,a,g,h,4000000");
    assertWrong("expected a row for each function, found none", IDS + "1,2");
    assertWrong("line 2: expected at most 32,768 characters", "count", "1".repeat(40_000));
    assertWrong("found \"" + "x".repeat(60) + "...\"", "count", "x".repeat(1000));
  }

  @Test
  void whatIsNoTextIsToldSo() throws IOException {
    Path file = Files.write(folder.resolve("photo.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8});
    assertThatThrownBy(() -> Trace.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("UTF-8");
  }

  private void assertWrong(String message, String... lines) {
    assertThatThrownBy(() -> read(lines))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private Trace read(String... lines) throws IOException {
    return Trace.read(write(lines));
  }

  private Path write(String... lines) throws IOException {
    return Files.write(Files.createTempFile(folder, "trace", ".csv"), List.of(lines));
  }

  private static String numbers(IntStream numbers) {
    return numbers.mapToObj(String::valueOf).collect(Collectors.joining(","));
  }

  private static int[] perMinute(Trace trace, int minutes) {
    return perMinute(trace, minutes, 1);
  }

  private static int[] perMinute(Trace trace, int minutes, long seed) {
    int[] counts = new int[minutes];
    Duration[] last = {Duration.ZERO};
    trace
        .times(seed)
        .forEachRemaining(
            time -> {
              assertThat(time).isGreaterThanOrEqualTo(last[0]);
              last[0] = time;
              counts[(int) time.toMinutes()]++;
            });
    return counts;
  }
}
