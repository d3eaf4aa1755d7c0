package dev.argus.deploy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.config.PricesSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a cluster costs an hour: while it waits for photos, and while as many app nodes work as
 * there may be. What each photo costs on top (requests to SQS and S3) is not in it.
 *
 * @param lines what it is made of
 * @param basis which prices these are
 * @param unpriced instance types whose price is not known, which are missing in the sums
 */
record Costs(List<Line> lines, String basis, List<String> unpriced) {
  /** AWS's own month. */
  static final int HOURS_A_MONTH = 730;

  // CloudWatch asks for an alarm for each metric: that on dead letters has two, two others one
  // each.
  private static final int METRICS_WITH_ALARMS = 4;
  private static final List<String> NOT_INCLUDED =
      List.of(
          "capacity units of the load balancer",
          "data transfer",
          "storage in S3",
          "logs",
          "what each photo costs");
  private static final int DAYS_A_MONTH = 30;
  // What a web node that waits makes at most, over all its queues.
  private static final int SQS_REQUESTS_A_DAY = 8000;

  /**
   * One kind of thing.
   *
   * @param idle dollars an hour while no photo comes
   * @param busy dollars an hour at the most that can run
   */
  record Line(String what, double idle, double busy) {}

  /**
   * What runs.
   *
   * @param appType the type that is launched first
   * @param loadBalancerAddresses its public ones: one in each subnet, none if it is internal
   */
  record Shape(
      int webNodes,
      String webType,
      String appType,
      int minWorkers,
      int maxWorkers,
      boolean spot,
      boolean loadBalancer,
      int loadBalancerAddresses) {

    /** As the parameters of a stack say. */
    static Shape of(StackParameters parameters) {
      boolean loadBalancer = !parameters.valueOf("CertificateArn").orElse("").isEmpty();
      boolean internal = parameters.valueOf("LoadBalancerScheme").orElse("").equals("internal");
      return new Shape(
          parameters.numberOf("WebNodes"),
          parameters.valueOf("WebInstanceType").orElseThrow(),
          parameters.listOf("AppInstanceTypes").get(0),
          parameters.numberOf("MinWorkers"),
          parameters.numberOf("MaxWorkers"),
          !parameters.valueOf("Purchase").orElse("on-demand").equals("on-demand"),
          loadBalancer,
          loadBalancer && !internal ? parameters.listOf("Subnets").size() : 0);
    }
  }

  Costs {
    lines = List.copyOf(lines);
    unpriced = List.copyOf(unpriced);
  }

  static Costs of(Shape shape, PricesSettings prices) {
    List<String> unpriced = new ArrayList<>();
    double web = priceOf(shape.webType(), prices, unpriced);
    double app =
        priceOf(shape.appType(), prices, unpriced) * (shape.spot() ? prices.spotShare() : 1);
    double disk = prices.volumeGib() * prices.volumeGibMonth() / HOURS_A_MONTH;
    int min = shape.minWorkers();
    int max = shape.maxWorkers();
    List<Line> lines = new ArrayList<>();
    lines.add(
        always(
            "%d x %s (web)".formatted(shape.webNodes(), shape.webType()), shape.webNodes() * web));
    lines.add(
        new Line(
            "%d to %d x %s%s (app)"
                .formatted(min, max, shape.appType(), shape.spot() ? " spot" : ""),
            min * app,
            max * app));
    lines.add(new Line("disks", (shape.webNodes() + min) * disk, (shape.webNodes() + max) * disk));
    lines.add(
        new Line(
            "public addresses of nodes",
            (shape.webNodes() + min) * prices.publicAddress(),
            (shape.webNodes() + max) * prices.publicAddress()));
    if (shape.loadBalancer()) {
      lines.add(always("load balancer", prices.loadBalancer()));
      lines.add(
          always("its public addresses", shape.loadBalancerAddresses() * prices.publicAddress()));
    } else {
      lines.add(always("metric of checks", prices.metric() / HOURS_A_MONTH));
    }
    lines.add(always("alarms", METRICS_WITH_ALARMS * prices.alarm() / HOURS_A_MONTH));
    lines.add(
        always(
            "SQS while waiting",
            (double) shape.webNodes()
                * SQS_REQUESTS_A_DAY
                * DAYS_A_MONTH
                / 1e6
                * prices.sqsMillion()
                / HOURS_A_MONTH));
    return new Costs(lines, "prices of " + prices.region() + " on " + prices.date(), unpriced);
  }

  private static Line always(String what, double perHour) {
    return new Line(what, perHour, perHour);
  }

  private static double priceOf(String type, PricesSettings prices, List<String> unpriced) {
    Double price = prices.instances().get(type);
    if (price == null) {
      unpriced.add(type);
      return 0;
    }
    return price;
  }

  double idle() {
    return lines.stream().mapToDouble(Line::idle).sum();
  }

  double busy() {
    return lines.stream().mapToDouble(Line::busy).sum();
  }

  /** For people, a line each. */
  List<String> text() {
    List<String> text = new ArrayList<>();
    text.add(
        String.format(
            Locale.ROOT,
            "Idle it costs about $%.2f a day ($%.0f a month), at its busiest $%.2f an hour (%s):",
            24 * idle(),
            HOURS_A_MONTH * idle(),
            busy(),
            basis));
    for (Line line : lines) {
      text.add(
          String.format(
              Locale.ROOT,
              "  %-32s $%.4f to $%.4f an hour",
              line.what(),
              line.idle(),
              line.busy()));
    }
    text.add("  nodes have public addresses only where their subnets give them");
    text.add("  without " + String.join(", ", NOT_INCLUDED));
    for (String type : unpriced) {
      text.add("  without " + type + ", whose price argus.prices does not have");
    }
    return text;
  }

  /** For programs. */
  ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("idlePerHour", idle())
            .put("idlePerMonth", HOURS_A_MONTH * idle())
            .put("busyPerHour", busy())
            .put("currency", "USD")
            .put("basis", basis);
    ArrayNode parts = json.putArray("parts");
    lines.forEach(
        line ->
            parts
                .addObject()
                .put("what", line.what())
                .put("idlePerHour", line.idle())
                .put("busyPerHour", line.busy()));
    ArrayNode missing = json.putArray("unpriced");
    unpriced.forEach(missing::add);
    ArrayNode notIncluded = json.putArray("notIncluded");
    NOT_INCLUDED.forEach(notIncluded::add);
    return json;
  }
}
