package dev.argus.yardstick;

import dev.argus.yardstick.FullFleet.BusyPeriod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/**
 * A lower bound on the bill by linear programmes over time slots, in seconds; docs/simulation.md
 * has the formulation and its proof.
 *
 * <p>The simplex method takes more than quadratic time, so a long run is cut into windows. A window
 * starts with any number of nodes and any work left over, for nothing: the sum over all windows is
 * a bound again.
 */
final class LinearBound {
  private static final int WINDOW = 30;
  private static final int MOST_SLOTS = 120;
  private static final double SECOND = 1e6;
  private static final double TOLERANCE = 1e-6;

  private final Workload work;
  private final List<BusyPeriod> periods;
  private final double[] edges;
  private final Demand demand;
  private final int[] periodOf;

  LinearBound(Workload work, List<BusyPeriod> periods) {
    this.work = work;
    this.periods = periods;
    edges = edges(work);
    demand = Demand.of(work, periods, edges, 0);
    periodOf = new int[work.arrivals().length];
    for (int i = 0; i < periods.size(); i++) {
      Arrays.fill(periodOf, periods.get(i).first(), periods.get(i).end(), i);
    }
  }

  double seconds() {
    double sum = 0;
    for (int from = 0; from < demand.slots(); from += WINDOW) {
      sum += new Window(from, Math.min(demand.slots(), from + WINDOW)).solve();
    }
    return Math.max(sum, leastWork() * (1 - TOLERANCE));
  }

  /**
   * One boot, and what the photos take that must be answered. Windows give away nodes and work at
   * each start, so that their sum can be less.
   */
  private double leastWork() {
    long misses = periods.stream().mapToLong(BusyPeriod::misses).sum();
    double each = work.service() / SECOND / work.parallelism();
    return work.boot() / SECOND + (work.arrivals().length - misses) * each;
  }

  /**
   * Arrivals and the latest times to begin a photo, with those left out that follow another one too
   * closely.
   */
  private static double[] edges(Workload work) {
    long[] arrivals = work.arrivals();
    double[] times = new double[2 * arrivals.length];
    for (int i = 0; i < arrivals.length; i++) {
      times[2 * i] = arrivals[i];
      times[2 * i + 1] = Math.max(arrivals[i], work.latestStart(i));
    }
    Arrays.sort(times);
    double end = arrivals[arrivals.length - 1] + work.deadline() + 1.0;
    double apart = (end - times[0]) / MOST_SLOTS;
    List<Double> edges = thinned(times, 1);
    if (edges.size() >= MOST_SLOTS) {
      edges = thinned(times, apart);
    }
    if (edges.get(edges.size() - 1) < end) {
      edges.add(end);
    }
    return edges.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static List<Double> thinned(double[] times, double apart) {
    List<Double> edges = new ArrayList<>();
    for (double time : times) {
      if (edges.isEmpty() || time >= edges.get(edges.size() - 1) + apart) {
        edges.add(time);
      }
    }
    return edges;
  }

  /** The slots from one edge to another. */
  private final class Window {
    private final int from;
    private final int size;
    private final ExpressionsBasedModel model = new ExpressionsBasedModel();

    /** Nodes whose boot is over by each edge, counted from the start of the window. */
    private final Variable[] ready;

    /** Nodes terminated by each edge. */
    private final Variable[] ended;

    /** Seconds that a node has worked by each edge, over all nodes and by all of its cores. */
    private final Variable[] done;

    /** Seconds of nodes in each slot. */
    private final Variable[] up;

    private int rows;

    Window(int from, int to) {
      this.from = from;
      this.size = to - from;
      ready = new Variable[size + 1];
      ended = new Variable[size + 1];
      done = new Variable[size + 1];
      up = new Variable[size];
    }

    double solve() {
      variables();
      for (int k = 0; k < size; k++) {
        slot(k);
        shortestLife(k);
        photos(k);
      }
      for (int k = 0; k <= size; k++) {
        fleet(k);
      }
      Optimisation.Result result = model.minimise();
      if (!result.getState().isOptimal()) {
        return 0;
      }
      return Math.max(0, result.getValue() * (1 - TOLERANCE) - TOLERANCE);
    }

    private void variables() {
      double each = work.service() / SECOND / work.parallelism();
      for (int k = 0; k <= size; k++) {
        ready[k] = model.newVariable("ready" + k).lower(0);
        ended[k] = model.newVariable("ended" + k).lower(0);
        done[k] =
            model
                .newVariable("done" + k)
                .lower(demand.least()[from + k] * each)
                .upper(demand.most()[from + k] * each);
      }
      for (int k = 0; k < size; k++) {
        up[k] = model.newVariable("up" + k).lower(0).weight(1);
      }
      ended[0].upper(0);
      ready[size].weight(boot());
      if (from > 0) {
        ready[0].weight(-boot());
      }
    }

    private void slot(int k) {
      double length = time(k + 1) - time(k);
      row(0).set(ready[k + 1], 1).set(ready[k], -1);
      row(0).set(ended[k + 1], 1).set(ended[k], -1);
      row(0).set(done[k + 1], 1).set(done[k], -1);
      row(0).set(up[k], 1).set(done[k + 1], -1).set(done[k], 1);
      row(0).set(ready[k + 1], length).set(ended[k], -length).set(up[k], -1);
      row(0).set(up[k], 1).set(ready[k], -length).set(ended[k + 1], length);
    }

    /** A node is up for at least what the minimum leaves after its boot. */
    private void shortestLife(int k) {
      double least = shortest();
      int end = k + 1;
      while (end < size && time(end) < time(k + 1) + least) {
        end++;
      }
      if (least == 0 || time(end) < time(k + 1) + least) {
        return;
      }
      double length = time(end) - time(k);
      Expression row = row(0).set(ready[k + 1], -least).set(ready[k], least - length);
      row.set(ended[end], length);
      for (int i = k; i < end; i++) {
        row.set(up[i], 1);
      }
    }

    /** Ended nodes were ready for long enough, and no more are alive than may be. */
    private void fleet(int k) {
      double least = shortest();
      int start = k;
      while (start > 0 && time(start - 1) >= time(k) - least) {
        start--;
      }
      row(0).set(ready[start], 1).set(ended[k], -1);
      int booted = k;
      while (booted < size && time(booted + 1) <= time(k) + boot()) {
        booted++;
      }
      row(-work.maxNodes()).set(ready[booted], -1).set(ended[k], 1);
    }

    /** Photos that live in slots from k on need a number of nodes that is whole. */
    private void photos(int k) {
      int first = lowerBound(edges[from + k]);
      if (first == work.arrivals().length || work.arrivals()[first] >= edges[from + k + 1]) {
        return;
      }
      int end = k;
      if (periods.get(periodOf[first]).misses() == 0) {
        while (end < size && edges[from + end] < work.latestStart(first)) {
          end++;
        }
        if (edges[from + end] >= work.latestStart(first)) {
          row(1).set(ready[end], 1).set(ended[k], -1);
        }
      }
      long most = 1;
      for (int q = k + 1; q <= size; q++) {
        int last = lowerBound(Math.floor(edges[from + q] - work.deadline()) + 1);
        if (last <= first) {
          continue;
        }
        long photos = last - first - misses(first, last);
        double length = edges[from + q] - edges[from + k];
        long each = work.parallelism() * (long) Math.max(1, length / work.service());
        long nodes = (photos + each - 1) / each;
        if (nodes > most) {
          most = nodes;
          row(nodes).set(ready[q], 1).set(ended[k], -1);
        }
      }
    }

    private long misses(int first, int last) {
      long misses = 0;
      for (int i = periodOf[first]; i <= periodOf[last - 1]; i++) {
        misses += periods.get(i).misses();
      }
      return misses;
    }

    private Expression row(double atLeast) {
      return model.newExpression("row" + rows++).lower(atLeast);
    }

    private double time(int k) {
      return (edges[from + k] - edges[0]) / SECOND;
    }

    private double boot() {
      return work.boot() / SECOND;
    }

    private double shortest() {
      return Math.max(0, work.minimumBilled() / SECOND - boot());
    }
  }

  /** The first photo that arrives at a time or after it. */
  private int lowerBound(double time) {
    int low = 0;
    int high = work.arrivals().length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (work.arrivals()[middle] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
