package dev.argus.simulation;

/** A number that changes with time: its present value, its most, and its mean since a moment. */
final class Gauge {
  private long value;
  private long most;
  private long since; // the latest change
  private long from; // the beginning of what the mean is over
  private double area;

  void add(long nanos, long more) {
    settle(nanos);
    value += more;
    most = Math.max(most, value);
  }

  long value() {
    return value;
  }

  /** The most it ever was. */
  long most() {
    return most;
  }

  /** The mean since the last call. */
  double takeMean(long nanos) {
    settle(nanos);
    double mean = nanos == from ? value : area / (nanos - from);
    from = nanos;
    area = 0;
    return mean;
  }

  private void settle(long nanos) {
    area += (double) value * (nanos - since);
    since = nanos;
  }
}
