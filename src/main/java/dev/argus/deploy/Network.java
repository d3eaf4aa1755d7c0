package dev.argus.deploy;

import dev.argus.config.InvalidSettingException;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.Vpc;

/** The VPC and the subnets of a cluster, where nobody has said which. */
final class Network {
  private static final String INSTEAD =
      "; name one with --vpc and its subnets with --subnets, or make it again: aws ec2"
          + " create-default-vpc";

  private final Ec2Client ec2;

  Network(Ec2Client ec2) {
    this.ec2 = ec2;
  }

  /**
   * The account's default VPC.
   *
   * @throws InvalidSettingException if there is none, with what to do
   */
  String defaultVpc() {
    return ec2.describeVpcs(r -> r.filters(filter("is-default", "true"))).vpcs().stream()
        .findFirst()
        .map(Vpc::vpcId)
        .orElseThrow(
            () ->
                new InvalidSettingException(
                    "this account has no default VPC in this region" + INSTEAD));
  }

  /** The default subnets of a VPC, one for each zone, in the order of the zones. */
  List<String> subnets(String vpc) {
    List<String> subnets =
        ec2
            .describeSubnets(
                r -> r.filters(filter("vpc-id", vpc), filter("default-for-az", "true")))
            .subnets()
            .stream()
            .sorted(Comparator.comparing(Subnet::availabilityZone))
            .map(Subnet::subnetId)
            .toList();
    if (subnets.isEmpty()) {
      throw new InvalidSettingException(
          "the VPC " + vpc + " has no default subnets; name those to use with --subnets");
    }
    return subnets;
  }

  private static Filter filter(String name, String value) {
    return Filter.builder().name(name).values(value).build();
  }
}
