package dev.argus.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten times the capacity, offered to the whole system; {@link OverloadBenchmark} measures it. */
@Tag("alone")
class OverloadIT {
  @TempDir private static Path directory;

  @Test
  void tenTimesTheCapacityLeavesMostOfItAndTheNextRequestIsServed() throws Exception {
    try (LocalArgus argus =
        new LocalArgus(directory.resolve("data"), 1, OverloadBenchmark.settings())) {
      Overload.Report report =
          new Overload(argus)
              .run(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(20));
      System.out.println(report);
      // Client, queue, store, web node and app node share the machine: the bounds are wide.
      assertThat(report.kept()).as(report.toString()).isGreaterThan(0.5);
      assertThat(report.refused()).as(report.toString()).isPositive();
      assertThat(report.other()).as(report.toString()).isZero();
      // Refused, not queued until the deadline of 300 s; how fast is for the benchmark to say.
      assertThat(report.slowestRefusal()).as(report.toString()).isLessThan(Duration.ofSeconds(60));
      assertThat(report.heapAfter()).as(report.toString()).isLessThan(600L << 20);
      assertThat(report.next()).as(report.toString()).isLessThan(Duration.ofSeconds(15));
    }
  }
}
