package dev.argus.config;

import com.typesafe.config.Config;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What AWS asks for, in USD, to estimate costs from; {@code argus.prices}.
 *
 * @param date when they were looked up
 * @param source where they were looked up, for people
 * @param instances an hour on demand, by instance type
 * @param spotShare what a spot instance costs of that: an estimate
 * @param volumeGib the disk of each instance; 0 to leave disks out
 * @param volumeGibMonth a month of 1 GiB of disk
 * @param publicAddress an hour of a public IPv4 address
 * @param loadBalancer an hour of a load balancer, without what passes through it
 * @param alarm a month of an alarm on one metric
 * @param metric a month of a metric of one's own
 * @param sqsMillion a million requests to SQS
 * @param s3PutThousand a thousand PUT, COPY, POST or LIST requests to S3
 * @param s3GetThousand a thousand GET and all other requests to S3
 */
public record PricesSettings(
    LocalDate date,
    String region,
    String source,
    Map<String, Double> instances,
    double spotShare,
    int volumeGib,
    double volumeGibMonth,
    double publicAddress,
    double loadBalancer,
    double alarm,
    double metric,
    double sqsMillion,
    double s3PutThousand,
    double s3GetThousand) {

  private static final double HIGHEST = 1000;

  public PricesSettings {
    instances = Map.copyOf(instances);
    instances.values().forEach(price -> Checks.within("prices.instances", price, 0, HIGHEST));
    Checks.within("prices.spot-share", spotShare, 0, 1);
    Checks.within("prices.volume-gib", volumeGib, 0, 16_384); // an EBS limit of gp3
    Checks.within("prices.volume-gib-month", volumeGibMonth, 0, HIGHEST);
    Checks.within("prices.public-address", publicAddress, 0, HIGHEST);
    Checks.within("prices.load-balancer", loadBalancer, 0, HIGHEST);
    Checks.within("prices.alarm", alarm, 0, HIGHEST);
    Checks.within("prices.metric", metric, 0, HIGHEST);
    Checks.within("prices.sqs-million", sqsMillion, 0, HIGHEST);
    Checks.within("prices.s3-put-thousand", s3PutThousand, 0, HIGHEST);
    Checks.within("prices.s3-get-thousand", s3GetThousand, 0, HIGHEST);
  }

  static PricesSettings from(Config c) {
    return new PricesSettings(
        date(c.getString("date")),
        c.getString("region"),
        c.getString("source"),
        instances(c.getStringList("instances")),
        c.getDouble("spot-share"),
        c.getInt("volume-gib"),
        c.getDouble("volume-gib-month"),
        c.getDouble("public-address"),
        c.getDouble("load-balancer"),
        c.getDouble("alarm"),
        c.getDouble("metric"),
        c.getDouble("sqs-million"),
        c.getDouble("s3-put-thousand"),
        c.getDouble("s3-get-thousand"));
  }

  private static LocalDate date(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw new InvalidSettingException(
          "argus.prices.date: expected a date such as 2026-01-31, found \"" + text + "\"", e);
    }
  }

  private static Map<String, Double> instances(List<String> lines) {
    Map<String, Double> prices = new LinkedHashMap<>();
    for (String line : lines) {
      Checks.matches("prices.instances", line, " *[a-z0-9-]+\\.[a-z0-9-]+ +[0-9]+(\\.[0-9]+)? *");
      String[] words = line.trim().split(" +");
      prices.put(words[0], Double.valueOf(words[1]));
    }
    return prices;
  }
}
