package dev.argus.stack;

import dev.argus.stack.Stack.Resource;
import java.util.Set;

/** The names, ids and ARNs that AWS gives to resources of a stack. */
final class PhysicalName {
  /** The properties that name a resource. */
  static final Set<String> PROPERTIES =
      Set.of("AutoScalingGroupName", "BucketName", "LogGroupName", "QueueName");

  private PhysicalName() {}

  /** What Ref says. */
  static String of(Resource resource) {
    return switch (resource.type()) {
      case "AWS::SQS::Queue" ->
          "https://sqs.%s.amazonaws.com/%s/%s"
              .formatted(Stack.REGION, Stack.ACCOUNT, name(resource, "QueueName"));
      case "AWS::S3::Bucket" -> name(resource, "BucketName");
      case "AWS::Logs::LogGroup" -> name(resource, "LogGroupName");
      case "AWS::AutoScaling::AutoScalingGroup" -> name(resource, "AutoScalingGroupName");
      case "AWS::EC2::LaunchTemplate" -> "lt-0" + hex(resource);
      case "AWS::SNS::Topic" -> arn("sns", generated(resource));
      default -> generated(resource);
    };
  }

  /** What GetAtt says. */
  static String attribute(Resource resource, String attribute) {
    return switch (resource.type() + "." + attribute) {
      case "AWS::SQS::Queue.Arn" -> arn("sqs", name(resource, "QueueName"));
      case "AWS::SQS::Queue.QueueName" -> name(resource, "QueueName");
      case "AWS::S3::Bucket.Arn" -> "arn:aws:s3:::" + name(resource, "BucketName");
      case "AWS::Logs::LogGroup.Arn" ->
          arn("logs", "log-group:" + name(resource, "LogGroupName") + ":*");
      case "AWS::IAM::Role.Arn" -> "arn:aws:iam::" + Stack.ACCOUNT + ":role/" + generated(resource);
      case "AWS::IAM::InstanceProfile.Arn" ->
          "arn:aws:iam::" + Stack.ACCOUNT + ":instance-profile/" + generated(resource);
      case "AWS::EC2::SecurityGroup.GroupId" -> "sg-0" + hex(resource);
      case "AWS::EC2::LaunchTemplate.LatestVersionNumber" -> "7";
      case "AWS::ElasticLoadBalancingV2::LoadBalancer.DNSName" ->
          "argus-1.%s.elb.amazonaws.com".formatted(Stack.REGION);
      case "AWS::ElasticLoadBalancingV2::LoadBalancer.LoadBalancerFullName",
          "AWS::ElasticLoadBalancingV2::TargetGroup.TargetGroupFullName" ->
          generated(resource) + "/50dc6c495c0c9188";
      default ->
          throw new IllegalArgumentException(
              "expected an attribute that tests know, found " + resource.type() + "." + attribute);
    };
  }

  private static String name(Resource resource, String property) {
    return resource.properties().get(property).toString();
  }

  private static String generated(Resource resource) {
    return Stack.NAME + "-" + resource.name() + "-1A2B3C4D5E6F";
  }

  private static String hex(Resource resource) {
    return "%016x".formatted(resource.name().hashCode() & 0xffffffffL);
  }

  private static String arn(String service, String rest) {
    return "arn:aws:%s:%s:%s:%s".formatted(service, Stack.REGION, Stack.ACCOUNT, rest);
  }
}
