package dev.argus.cli;

import dev.argus.load.LoadProgress;
import dev.argus.load.Workload;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Help.Ansi;

/**
 * How far a run is, on one line of the terminal that is written again and again; in colour unless
 * {@code NO_COLOR} is set.
 */
final class LoadLine implements LoadProgress {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Covers what an earlier, longer line has left. */
  private static final String REST = "   ";

  private final PrintWriter out;
  private final String total;
  private final long begin = System.nanoTime();
  private long drawn = begin;
  private String text = "";

  LoadLine(PrintWriter out, Workload workload) {
    this.out = out;
    this.total =
        workload.requests() == Integer.MAX_VALUE
            ? ""
            : String.format(" of %,d", workload.requests());
  }

  @Override
  public void update(int completed, int failed) {
    long now = System.nanoTime();
    double seconds = (now - begin) / 1e9;
    String errors = failed == 0 ? "none failed" : "@|red " + failed + " failed|@";
    text =
        String.format(
            Locale.ROOT,
            "\r%4.0f s  %d%s photos, %s, %.1f/s",
            seconds,
            completed,
            total,
            errors,
            completed / Math.max(seconds, 0.001));
    if (now - drawn >= EVERY_NANOS) {
      drawn = now;
      draw();
    }
  }

  private void draw() {
    out.print(Ansi.AUTO.string(text) + REST);
    out.flush();
  }

  /** The last state stays. */
  void end() {
    draw();
    out.println();
    out.flush();
  }
}
