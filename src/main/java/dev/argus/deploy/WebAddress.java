package dev.argus.deploy;

import dev.argus.aws.Ec2Fleet;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;

/** Where a cluster's web tier is reached: at its load balancer, else at its one web node. */
final class WebAddress {
  /** What web nodes listen on; argus.web.port in the template. */
  private static final int PORT = 8000;

  /** The output of the stack that only a load balancer gives it. */
  static final String LOAD_BALANCER = "Url";

  /** The name that the template gives web nodes. */
  static final String WEB_NODE = "web-instance";

  private final Ec2Client ec2;
  private final String cluster;

  WebAddress(Ec2Client ec2, String cluster) {
    this.ec2 = ec2;
    this.cluster = cluster;
  }

  /**
   * Where it is now; empty while there is no web node.
   *
   * @param outputs those of the stack
   */
  Optional<URI> find(Map<String, String> outputs) {
    return Optional.ofNullable(outputs.get(LOAD_BALANCER))
        .map(URI::create)
        .or(
            () ->
                ec2
                    .describeInstances(
                        r ->
                            r.filters(
                                filter("tag:" + Ec2Fleet.CLUSTER_TAG, cluster),
                                filter("tag:Name", WEB_NODE),
                                filter("instance-state-name", "running")))
                    .reservations()
                    .stream()
                    .flatMap(reservation -> reservation.instances().stream())
                    .flatMap(WebAddress::host)
                    .findFirst()
                    .map(host -> URI.create("http://" + host + ":" + PORT)));
  }

  /** In a private subnet a web node has no public address. */
  private static Stream<String> host(Instance instance) {
    return Stream.of(instance.publicIpAddress(), instance.privateIpAddress())
        .filter(address -> address != null && !address.isEmpty())
        .limit(1);
  }

  private static Filter filter(String name, String value) {
    return Filter.builder().name(name).values(value).build();
  }
}
