package dev.argus.yardstick;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The cheapest whole number of nodes for each slot, by dynamic programming from the last slot to
 * the first; costs in seconds.
 *
 * <p>A state is how many nodes are up and how many photos have been answered. Photos are counted in
 * steps that a slot's work is a multiple of, finer where fewer are alive, so that rounding happens
 * only when a queue has run empty. One node on its own is billed at least the minimum; how many
 * slots of it are used is a part of the state.
 */
final class NodeProgramme {
  /**
   * @param start of one more node, beside its slots
   * @param slot of a node in one slot
   * @param minimum of a node with its slots
   */
  record Prices(double start, double slot, double minimum) {}

  private static final int LEVELS = 256;
  private static final double NEVER = 1e18;

  private final Demand demand;
  private final int perSlot;
  private final boolean roundUp;
  private final Prices prices;
  private final int maxNodes;
  private final int free;

  /**
   * @param perSlot photos that a node answers in a slot
   * @param roundUp photos answered; otherwise they are rounded down
   */
  NodeProgramme(Demand demand, int perSlot, boolean roundUp, Prices prices, int maxNodes) {
    this.demand = demand;
    this.perSlot = perSlot;
    this.roundUp = roundUp;
    this.prices = prices;
    this.maxNodes = usefulNodes(demand, perSlot, maxNodes);
    double within = Math.floor((prices.minimum - prices.start) / prices.slot + 1e-9);
    this.free = (int) Math.max(0, within);
  }

  /** How many states have to be looked at, of each edge. */
  static LongStream states(Demand demand, int perSlot, int maxNodes, int free) {
    long nodes = usefulNodes(demand, perSlot, maxNodes) + free + 1L;
    return IntStream.rangeClosed(0, demand.slots())
        .mapToLong(k -> (demand.most()[k] - demand.least()[k]) / step(demand, perSlot, k) + 2)
        .map(levels -> nodes * levels);
  }

  /** Edges whose states are in memory at once, at most. */
  static long edgesKept(int slots) {
    return 2 * block(slots) + 3L;
  }

  private static int block(int slots) {
    return Math.max(1, (int) Math.sqrt(slots));
  }

  /** What the cheapest costs. */
  double cost() {
    Edge edge = lastEdge();
    for (int k = demand.slots() - 1; k >= 0; k--) {
      edge = before(edge);
    }
    return edge.cost[0][0];
  }

  /** Nodes up in each slot; looks at all states twice to keep few of them. */
  int[] nodes() {
    int slots = demand.slots();
    int block = block(slots);
    Edge[] kept = new Edge[slots / block + 2];
    Edge edge = lastEdge();
    for (int k = slots; ; k--) {
      if (k % block == 0 || k == slots) {
        kept[k == slots ? kept.length - 1 : k / block] = edge;
      }
      if (k == 0) {
        break;
      }
      edge = before(edge);
    }
    int[] nodes = new int[slots];
    Walk walk = new Walk();
    for (int from = 0; from < slots; from += block) {
      int to = Math.min(slots, from + block);
      Edge[] edges = new Edge[to - from + 1];
      edges[to - from] = kept[to == slots ? kept.length - 1 : to / block];
      for (int k = to - 1; k >= from; k--) {
        edges[k - from] = before(edges[k - from + 1]);
      }
      for (int k = from; k < to; k++) {
        nodes[k] = walk.step(edges[k - from], edges[k - from + 1]);
      }
    }
    return nodes;
  }

  private static int usefulNodes(Demand demand, int perSlot, int maxNodes) {
    long nodes = 1;
    for (int k = 0; k < demand.slots(); k++) {
      long photos = demand.most()[k + 1] - demand.least()[k];
      nodes = Math.max(nodes, (photos + perSlot - 1) / perSlot);
    }
    return (int) Math.min(nodes, maxNodes);
  }

  /** The smallest divisor of a slot's photos with which there are few levels, or all of them. */
  private static int step(Demand demand, int perSlot, int k) {
    long range = demand.most()[k] - demand.least()[k];
    int step = 1;
    while (step < perSlot && (perSlot % step != 0 || range / step > LEVELS)) {
      step++;
    }
    return step;
  }

  private Edge lastEdge() {
    Edge edge = new Edge(demand.slots());
    edge.cost = new double[maxNodes + 1 + free][edge.levels];
    return edge;
  }

  private Edge before(Edge next) {
    Edge edge = new Edge(next.k - 1);
    edge.cost = new double[maxNodes + 1 + free][edge.levels];
    double[][] ahead = new double[maxNodes + 1][edge.levels];
    int[] alone = new int[edge.levels];
    for (int n = 0; n <= maxNodes; n++) {
      int to = 0;
      for (int s = 0; s < edge.levels; s++) {
        to = next.index(edge.photos[s] + (long) n * perSlot, to);
        ahead[n][s] = to < 0 ? NEVER : n * prices.slot + next.cost[n][to];
        if (n == 1) {
          alone[s] = to;
        }
        to = Math.max(0, to);
      }
    }
    double[] best = new double[edge.levels];
    Arrays.fill(best, NEVER);
    for (int n = 0; n <= maxNodes; n++) {
      for (int s = 0; s < edge.levels; s++) {
        best[s] = Math.min(best[s], ahead[n][s]);
        edge.cost[n][s] = best[s];
      }
    }
    Arrays.fill(best, NEVER);
    for (int n = maxNodes; n > 0; n--) {
      for (int s = 0; s < edge.levels; s++) {
        if (n == 1 && free > 0) {
          int to = alone[s];
          double first = to < 0 ? NEVER : prices.minimum + next.cost[maxNodes + 1][to];
          edge.cost[0][s] = Math.min(edge.cost[0][s], Math.min(first, best[s]));
        } else {
          best[s] = Math.min(best[s], n * prices.start + ahead[n][s]);
          edge.cost[n - 1][s] = Math.min(edge.cost[n - 1][s], best[s] - (n - 1) * prices.start);
        }
      }
    }
    if (free > 0) {
      alone(edge, next, alone, best);
    }
    return edge;
  }

  /**
   * A node alone in slots that its minimum pays for.
   *
   * @param to the level that it leads to from each
   * @param several the cost of more than one from each
   */
  private void alone(Edge edge, Edge next, int[] to, double[] several) {
    for (int used = 1; used <= free; used++) {
      double refund = prices.minimum - prices.start - used * prices.slot;
      for (int s = 0; s < edge.levels; s++) {
        double stay = to[s] < 0 ? NEVER : stay(next, to[s], used);
        double more = several[s] - prices.start - refund;
        edge.cost[maxNodes + used][s] = Math.min(edge.cost[0][s], Math.min(stay, more));
      }
    }
  }

  /** The cost of one more slot of a node that is alone and has used so many. */
  private double stay(Edge next, int to, int used) {
    return used < free
        ? next.cost[maxNodes + used + 1][to]
        : (free + 1) * prices.slot + prices.start - prices.minimum + next.cost[1][to];
  }

  /** One edge of a slot, and what is yet to be paid from there on in each state. */
  private final class Edge {
    final int k;

    /** Answered in each level, ascending; the first is the least and the last the most. */
    final long[] photos;

    final int levels;
    double[][] cost;

    Edge(int k) {
      this.k = k;
      long least = demand.least()[k];
      long most = demand.most()[k];
      int step = step(demand, perSlot, k);
      long multiple = least / step + 1;
      levels = most == least ? 1 : (int) Math.max(0, (most + step - 1) / step - multiple) + 2;
      photos = new long[levels];
      for (int i = 1; i < levels; i++) {
        photos[i] = (multiple + i - 1) * step;
      }
      photos[levels - 1] = most;
      photos[0] = least;
    }

    /**
     * The level of so many photos answered.
     *
     * @param from a level that is not above it
     * @return -1 if they are too few
     */
    int index(long answered, int from) {
      if (answered < photos[0]) {
        return -1;
      }
      int level = from;
      while (level < levels - 1
          && photos[roundUp ? level : level + 1] <= answered - (roundUp ? 1 : 0)) {
        level++;
      }
      return level;
    }
  }

  /** The way through the cheapest states. */
  private final class Walk {
    private int nodes;
    private int used;
    private int level;

    int step(Edge edge, Edge next) {
      double least = Double.POSITIVE_INFINITY;
      int chosen = 0;
      int usedThen = 0;
      for (int n = 0; n <= maxNodes; n++) {
        int to = next.index(edge.photos[level] + (long) n * perSlot, 0);
        if (to < 0) {
          continue;
        }
        int aloneThen = n == 1 && free > 0 && (nodes == 0 || used > 0) ? used + 1 : 0;
        double cost = cost(next, n, to, aloneThen);
        if (cost < least - 1e-9) {
          least = cost;
          chosen = n;
          usedThen = aloneThen > free ? 0 : aloneThen;
        }
      }
      level = next.index(edge.photos[level] + (long) chosen * perSlot, 0);
      nodes = chosen;
      used = usedThen;
      return chosen;
    }

    private double cost(Edge next, int n, int to, int aloneThen) {
      if (aloneThen > 0) {
        double paid = aloneThen == 1 ? prices.minimum : 0;
        return paid + (aloneThen == 1 ? next.cost[maxNodes + 1][to] : stay(next, to, used));
      }
      double refund = used > 0 && n > 1 ? prices.minimum - prices.start - used * prices.slot : 0;
      return Math.max(0, n - nodes) * prices.start + n * prices.slot - refund + next.cost[n][to];
    }
  }
}
