package dev.argus.deploy;

import dev.argus.aws.Ec2Fleet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVpcsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVpcsResponse;
import software.amazon.awssdk.services.ec2.model.GetConsoleOutputRequest;
import software.amazon.awssdk.services.ec2.model.GetConsoleOutputResponse;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesRequest;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Vpc;

/** Instances, whatever is filtered for: who ends some must look for himself. */
final class FakeEc2 implements Ec2Client {
  final List<Instance> instances = new ArrayList<>();
  final List<String> terminated = new ArrayList<>();
  boolean hasDefaultVpc = true;

  /** What was said on the consoles of instances. */
  final Map<String, String> consoles = new TreeMap<>();

  static Instance instance(String id, String cluster, String name) {
    return Instance.builder()
        .instanceId(id)
        .state(s -> s.name(InstanceStateName.RUNNING))
        .tags(
            Tag.builder().key(Ec2Fleet.CLUSTER_TAG).value(cluster).build(),
            Tag.builder().key("Name").value(name).build())
        .build();
  }

  @Override
  public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
    return DescribeInstancesResponse.builder()
        .reservations(Reservation.builder().instances(instances).build())
        .build();
  }

  @Override
  public GetConsoleOutputResponse getConsoleOutput(GetConsoleOutputRequest request) {
    byte[] said = consoles.getOrDefault(request.instanceId(), "").getBytes(StandardCharsets.UTF_8);
    return GetConsoleOutputResponse.builder()
        .output(Base64.getEncoder().encodeToString(said))
        .build();
  }

  @Override
  public TerminateInstancesResponse terminateInstances(TerminateInstancesRequest request) {
    terminated.addAll(request.instanceIds());
    instances.removeIf(instance -> request.instanceIds().contains(instance.instanceId()));
    return TerminateInstancesResponse.builder().build();
  }

  @Override
  public DescribeVpcsResponse describeVpcs(DescribeVpcsRequest request) {
    return DescribeVpcsResponse.builder()
        .vpcs(hasDefaultVpc ? List.of(Vpc.builder().vpcId("vpc-1").build()) : List.of())
        .build();
  }

  @Override
  public DescribeSubnetsResponse describeSubnets(DescribeSubnetsRequest request) {
    return DescribeSubnetsResponse.builder()
        .subnets(
            Subnet.builder().subnetId("subnet-b").availabilityZone("b").build(),
            Subnet.builder().subnetId("subnet-a").availabilityZone("a").build())
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
