package dev.argus.endtoend;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceAttributeName;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;

/** What is in moto's account, seen by the SDK. */
final class MotoAccount implements AutoCloseable {
  private static final Pattern EXPORT = Pattern.compile("(?m)^export (\\w+)='([^']*)'$");

  private final CloudFormationClient cloudFormation;
  private final Ec2Client ec2;
  private final S3Client s3;
  private final SqsClient sqs;
  private final SsmClient ssm;

  MotoAccount(URI endpoint) {
    cloudFormation = at(endpoint, CloudFormationClient.builder()).build();
    ec2 = at(endpoint, Ec2Client.builder()).build();
    s3 = at(endpoint, S3Client.builder().forcePathStyle(true)).build();
    sqs = at(endpoint, SqsClient.builder()).build();
    ssm = at(endpoint, SsmClient.builder()).build();
  }

  private static <B extends AwsClientBuilder<B, ?>> B at(URI endpoint, B builder) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create("AKIAIOSFODNN7EXAMPLE", "secret")));
  }

  S3Client s3() {
    return s3;
  }

  Optional<Stack> stack(String name) {
    try {
      return cloudFormation.describeStacks(r -> r.stackName(name)).stacks().stream().findFirst();
    } catch (CloudFormationException e) {
      return Optional.empty();
    }
  }

  Map<String, String> outputs(String name) {
    Map<String, String> outputs = new HashMap<>();
    stack(name)
        .orElseThrow()
        .outputs()
        .forEach(output -> outputs.put(output.outputKey(), output.outputValue()));
    return outputs;
  }

  int events(String name) {
    return cloudFormation.describeStackEvents(r -> r.stackName(name)).stackEvents().size();
  }

  List<String> buckets() {
    return s3.listBuckets().buckets().stream().map(Bucket::name).toList();
  }

  List<String> queues() {
    return sqs.listQueues().queueUrls().stream()
        .map(url -> url.substring(url.lastIndexOf('/') + 1))
        .toList();
  }

  Optional<Parameter> parameter(String name) {
    try {
      return Optional.of(ssm.getParameter(r -> r.name(name).withDecryption(true)).parameter());
    } catch (ParameterNotFoundException e) {
      return Optional.empty();
    }
  }

  String defaultVpc() {
    return ec2.describeVpcs(r -> r.filters(filter("is-default", "true"))).vpcs().get(0).vpcId();
  }

  List<String> subnets() {
    return ec2.describeSubnets().subnets().stream().map(Subnet::subnetId).limit(2).toList();
  }

  /** Those with a name like that of an app node, in any state. */
  List<Instance> appNodes(String cluster) {
    return ec2
        .describeInstances(
            r ->
                r.filters(
                    filter("tag:argus:cluster", cluster),
                    filter("tag:Name", "app-tier-instance-*")))
        .reservations()
        .stream()
        .flatMap(reservation -> reservation.instances().stream())
        .toList();
  }

  /** The settings in the user data that an instance was launched with. */
  Map<String, String> settingsOf(Instance instance) {
    return exports(
        ec2.describeInstanceAttribute(
                r -> r.instanceId(instance.instanceId()).attribute(InstanceAttributeName.USER_DATA))
            .userData()
            .value());
  }

  /** The settings in the user data of a launch template. */
  Map<String, String> settingsOfLaunchTemplate(String name) {
    // moto fails when it is asked for one resource alone.
    String id =
        cloudFormation.listStackResources(r -> r.stackName(name)).stackResourceSummaries().stream()
            .filter(resource -> resource.logicalResourceId().equals("WebLaunchTemplate"))
            .findFirst()
            .orElseThrow()
            .physicalResourceId();
    return exports(
        ec2.describeLaunchTemplateVersions(r -> r.launchTemplateId(id).versions("$Latest"))
            .launchTemplateVersions()
            .get(0)
            .launchTemplateData()
            .userData());
  }

  private static Map<String, String> exports(String userData) {
    Map<String, String> settings = new HashMap<>();
    Matcher line =
        EXPORT.matcher(new String(Base64.getDecoder().decode(userData), StandardCharsets.UTF_8));
    while (line.find()) {
      settings.put(line.group(1), line.group(2));
    }
    return settings;
  }

  private static Filter filter(String name, String value) {
    return Filter.builder().name(name).values(value).build();
  }

  @Override
  public void close() {
    cloudFormation.close();
    ec2.close();
    s3.close();
    sqs.close();
    ssm.close();
  }
}
