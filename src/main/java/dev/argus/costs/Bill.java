package dev.argus.costs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.config.PricesSettings;
import dev.argus.protocol.BilledRequest;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What usage costs by the prices of the configuration: an estimate, no bill was read. */
final class Bill {
  /** For people who compare with the bill. */
  private static final List<String> NOT_INCLUDED =
      List.of(
          "data transfer",
          "storage in S3",
          "CloudWatch",
          "the load balancer and its addresses",
          "requests of app nodes that were killed before they could tell, and of command lines",
          "free tiers, discounts, taxes");

  private static final double SECONDS_PER_HOUR = 3600;
  // AWS's own: https://aws.amazon.com/ebs/pricing/
  private static final double SECONDS_PER_MONTH = 730 * SECONDS_PER_HOUR;
  private static final double MILLION = 1_000_000;
  private static final double THOUSAND = 1000;
  private static final String SPOT = "spot";
  private static final int DECIMALS = 6;

  private final PricesSettings prices;

  Bill(PricesSettings prices) {
    this.prices = prices;
  }

  /** USD for one request. */
  double of(BilledRequest kind) {
    if (kind.isSqs()) {
      return prices.sqsMillion() / MILLION;
    }
    return (kind == BilledRequest.S3_PUT ? prices.s3PutThousand() : prices.s3GetThousand())
        / THOUSAND;
  }

  /** USD for requests. */
  double of(Map<BilledRequest, Long> requests, boolean sqs) {
    return requests.entrySet().stream()
        .filter(entry -> entry.getKey().isSqs() == sqs)
        .mapToDouble(entry -> entry.getValue() * of(entry.getKey()))
        .sum();
  }

  /** USD for instances without their disks; those of a type without a price cost nothing here. */
  double of(InstanceKind kind, long seconds) {
    double hour = prices.instances().getOrDefault(kind.type(), 0.0);
    double share = kind.purchase().equals(SPOT) ? prices.spotShare() : 1;
    return seconds * hour * share / SECONDS_PER_HOUR;
  }

  /** USD for the disks of instances that ran so long. */
  double ofVolumes(long seconds) {
    return seconds * prices.volumeGib() * prices.volumeGibMonth() / SECONDS_PER_MONTH;
  }

  /**
   * USD for the public addresses of instances that ran so long: each is taken to have one, which
   * depends on its subnet.
   */
  double ofPublicAddresses(long seconds) {
    return seconds * prices.publicAddress() / SECONDS_PER_HOUR;
  }

  /** All of it as JSON, for operators. */
  ObjectNode toJson(Usage usage, Instant now) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("since", usage.since().toString()).put("until", now.toString());
    json.put("photos", usage.photos());
    double instances = putInstances(json.putArray("instances"), usage.seconds());
    long seconds = usage.seconds().values().stream().mapToLong(Long::longValue).sum();
    double volumes = ofVolumes(seconds);
    json.putObject("volumes")
        .put("gibSeconds", seconds * prices.volumeGib())
        .put("usd", rounded(volumes));
    double addresses = ofPublicAddresses(seconds);
    json.putObject("publicAddresses").put("seconds", seconds).put("usd", rounded(addresses));
    double sqs = putRequests(json.putObject("sqs"), usage.requests(), true);
    double s3 = putRequests(json.putObject("s3"), usage.requests(), false);
    double usd = instances + volumes + addresses + sqs + s3;
    json.put("usd", rounded(usd));
    if (usage.photos() > 0) {
      json.put("usdPer1000Photos", rounded(usd / usage.photos() * THOUSAND));
    }
    putPrices(json.putObject("prices"));
    ArrayNode unpriced = json.putArray("unpriced");
    new TreeSet<>(usage.seconds().keySet())
        .stream()
            .map(InstanceKind::type)
            .filter(type -> !prices.instances().containsKey(type))
            .distinct()
            .forEach(unpriced::add);
    ArrayNode notIncluded = json.putArray("notIncluded");
    NOT_INCLUDED.forEach(notIncluded::add);
    return json;
  }

  private double putInstances(ArrayNode json, Map<InstanceKind, Long> seconds) {
    double sum = 0;
    for (Map.Entry<InstanceKind, Long> entry : new TreeMap<>(seconds).entrySet()) {
      InstanceKind kind = entry.getKey();
      double usd = of(kind, entry.getValue());
      sum += usd;
      json.addObject()
          .put("type", kind.type())
          .put("purchase", kind.purchase())
          .put("seconds", entry.getValue())
          .put("usd", rounded(usd));
    }
    return sum;
  }

  private double putRequests(ObjectNode json, Map<BilledRequest, Long> requests, boolean sqs) {
    long total = 0;
    for (BilledRequest kind : BilledRequest.values()) {
      if (kind.isSqs() == sqs) {
        long count = requests.getOrDefault(kind, 0L);
        total += count;
        json.put(kind.kind(), count);
      }
    }
    double usd = of(requests, sqs);
    json.put("total", total).put("usd", rounded(usd));
    return usd;
  }

  private void putPrices(ObjectNode json) {
    json.put("date", prices.date().toString());
    json.put("region", prices.region());
    json.put("source", prices.source());
    ObjectNode instances = json.putObject("instanceHours");
    new TreeMap<>(prices.instances()).forEach(instances::put);
    json.put("spotShare", prices.spotShare());
    json.put("volumeGib", prices.volumeGib());
    json.put("volumeGibMonth", prices.volumeGibMonth());
    json.put("publicAddress", prices.publicAddress());
    json.put("sqsMillion", prices.sqsMillion());
    json.put("s3PutThousand", prices.s3PutThousand());
    json.put("s3GetThousand", prices.s3GetThousand());
  }

  private static BigDecimal rounded(double usd) {
    return BigDecimal.valueOf(usd).setScale(DECIMALS, RoundingMode.HALF_UP);
  }
}
