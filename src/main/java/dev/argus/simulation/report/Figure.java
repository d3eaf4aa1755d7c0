package dev.argus.simulation.report;

import java.util.Arrays;

/**
 * What policies are compared by: numbers of each run, of which those of several seeds are summed up
 * by their median or mean, and by the worst. All are better when they are less.
 */
enum Figure {
  RATIO_TO_BOUND("ratioToBound", "billed ÷ bound", true),
  MISS_FRACTION("missFraction", "photos that missed the deadline, in %", false, 100),
  MISS_EXCESS("missExcess", "misses beyond the plan's, in percentage points", false, 100),
  LAUNCH_RATIO("launchRatio", "launches ÷ the plan's", true),
  IDLE_EXCESS(
      "idleExcess", "idle share of the bill beyond the plan's, in percentage points", true, 100),
  COST("cost", "USD for a run", false),
  RIVAL_RATIO("rivalRatio", "cost ÷ that of the cheapest other that missed no more", false);

  private final String field;
  private final String title;
  private final boolean median;
  private final double unit;

  Figure(String field, String title, boolean median) {
    this(field, title, median, 1);
  }

  /**
   * @param field its name in JSON
   * @param median whether to sum seeds up by their median; rare things such as misses have a median
   *     of 0 however bad they are, and money is added up
   * @param unit by which people see it multiplied
   */
  Figure(String field, String title, boolean median, double unit) {
    this.field = field;
    this.title = title;
    this.median = median;
    this.unit = unit;
  }

  String field() {
    return field;
  }

  /** The field with the worst of all seeds. */
  String worstField() {
    return field + "Worst";
  }

  String title() {
    return title;
  }

  /** How seeds are summed up. */
  String summary() {
    return median ? "median of the seeds" : "mean of the seeds";
  }

  double unit() {
    return unit;
  }

  /** Digits behind the point that people see. */
  int digits() {
    return this == COST ? 4 : 3;
  }

  /** One number for several seeds. */
  double sumUp(double[] ofSeeds) {
    return median ? median(ofSeeds) : mean(ofSeeds);
  }

  static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  /** Of an even number, halfway between the two in the middle. */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
