package dev.argus.cli;

import java.io.PrintWriter;

/** A line at the terminal that tells how many runs are over, and how long the rest may take. */
final class RunsLine {
  private final PrintWriter out;
  private final int all;
  private final long begin = System.nanoTime();
  private int over;

  RunsLine(PrintWriter out, int all) {
    this.out = out;
    this.all = all;
    draw("");
  }

  /** One more is over; called by any thread. */
  synchronized void step() {
    over++;
    double seconds = (System.nanoTime() - begin) / 1e9;
    draw(", some %.0f s to go".formatted(seconds / over * (all - over)));
  }

  private void draw(String rest) {
    double seconds = (System.nanoTime() - begin) / 1e9;
    out.printf("\r%4.0f s  %d of %d runs%s   ", seconds, over, all, rest);
    out.flush();
  }

  /** The last state stays. */
  void end() {
    out.println();
    out.flush();
  }
}
