package dev.argus.deploy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What AWS asks for what a cluster is made of, in US dollars; {@code argus.prices} where it is set.
 *
 * @param date when these were its prices
 * @param region where they were
 * @param instances an hour of each instance type, on demand
 * @param spotShare what part of that a spot instance costs; it changes all the time
 * @param volumeGibMonth a GiB of gp3 disk for a month
 * @param publicAddress an hour of a public IPv4 address
 * @param loadBalancer an hour of a load balancer, without what passes through it
 * @param alarm a month of an alarm
 * @param sqsMillion a million requests to SQS
 */
record Prices(
    String date,
    String region,
    Map<String, Double> instances,
    double spotShare,
    double volumeGibMonth,
    double publicAddress,
    double loadBalancer,
    double alarm,
    double sqsMillion) {

  private static final Config DEFAULTS =
      ConfigFactory.parseMap(
          Map.of(
              "date", "2025-09-30",
              "region", "us-east-1",
              "spot-share", 0.4,
              "volume-gib-month", 0.08,
              "public-address", 0.005,
              "load-balancer", 0.0225,
              "alarm", 0.10,
              "sqs-million", 0.40,
              "instances",
                  List.of(
                      "t3.small 0.0208",
                      "c7i.large 0.08925",
                      "c6i.large 0.085",
                      "m6i.large 0.096")));

  Prices {
    instances = Map.copyOf(instances);
  }

  /**
   * Reads them.
   *
   * @param config of Argus as a whole
   */
  static Prices from(Config config) {
    Config c =
        (config.hasPath("argus.prices") ? config.getConfig("argus.prices") : ConfigFactory.empty())
            .withFallback(DEFAULTS);
    Map<String, Double> instances = new HashMap<>();
    for (String line : c.getStringList("instances")) {
      String[] words = line.trim().split(" +");
      instances.put(words[0], Double.valueOf(words[1]));
    }
    return new Prices(
        c.getString("date"),
        c.getString("region"),
        instances,
        c.getDouble("spot-share"),
        c.getDouble("volume-gib-month"),
        c.getDouble("public-address"),
        c.getDouble("load-balancer"),
        c.getDouble("alarm"),
        c.getDouble("sqs-million"));
  }

  /** An hour of an instance type on demand; empty if it is not known. */
  Optional<Double> instance(String type) {
    return Optional.ofNullable(instances.get(type));
  }
}
