package dev.argus.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One thing that a role must be allowed to do.
 *
 * @param resource its ARN, or {@code *}
 * @param context what the call says of itself, by condition key
 */
record Permission(String action, String resource, Map<String, List<String>> context) {
  private static final String NODE = "app-tier-instance-1";
  private static final String INSTANCE = "i-0123456789abcdef0";

  Permission {
    context = Map.copyOf(context);
  }

  /** What a web node does. */
  static List<Permission> ofWebNode(
      ClusterNames names, String launchTemplate, String profileArn, String appRoleArn) {
    Account account = names.account();
    String prefix = names.prefix();
    String requests = account.arn("sqs", prefix + "-requests");
    String dead = account.arn("sqs", prefix + "-requests-dead");
    String responses = account.arn("sqs", prefix + "-responses");
    String template = account.arn("ec2", "launch-template/" + launchTemplate);
    String instances = account.arn("ec2", "instance/" + INSTANCE);
    List<Permission> all = new ArrayList<>();
    all.add(plain("sqs:SendMessage", requests));
    all.add(plain("sqs:GetQueueAttributes", requests));
    all.add(plain("sqs:ReceiveMessage", responses));
    all.add(plain("sqs:DeleteMessage", responses));
    all.add(
        new Permission(
            "sqs:CreateQueue",
            responses + "-" + INSTANCE,
            Map.of(
                "aws:RequestTag/argus:cluster",
                List.of(prefix),
                "aws:TagKeys",
                List.of("argus:cluster"))));
    all.add(plain("sqs:DeleteQueue", responses + "-" + INSTANCE));
    all.add(plain("sqs:ReceiveMessage", dead));
    all.add(plain("sqs:DeleteMessage", dead));
    for (String bucket : List.of("InputBucket", "OutputBucket", "StateBucket")) {
      all.add(plain("s3:ListBucket", bucket(names, bucket)));
    }
    all.add(plain("s3:PutObject", bucket(names, "InputBucket") + "/photo"));
    all.add(plain("s3:GetObject", bucket(names, "OutputBucket") + "/photo.json"));
    all.add(plain("s3:PutObject", bucket(names, "StateBucket") + "/dead/photo"));
    all.add(
        new Permission(
            "ssm:GetParameter", account.arn("ssm", "parameter" + names.userToken()), Map.of()));
    all.add(inRegion("ec2:DescribeInstances", account));
    Map<String, List<String>> launch = new TreeMap<>();
    launch.put("ec2:LaunchTemplate", List.of(template));
    launch.put("ec2:InstanceProfile", List.of(profileArn));
    launch.put("ec2:MetadataHttpTokens", List.of("required"));
    launch.putAll(tags("aws:RequestTag/", prefix));
    all.add(new Permission("ec2:RunInstances", template, Map.of()));
    all.add(new Permission("ec2:RunInstances", instances, launch));
    Map<String, List<String>> tagging = new TreeMap<>(tags("aws:RequestTag/", prefix));
    tagging.put("ec2:CreateAction", List.of("RunInstances"));
    all.add(new Permission("ec2:CreateTags", instances, tagging));
    all.add(new Permission("ec2:TerminateInstances", instances, tags("aws:ResourceTag/", prefix)));
    all.add(
        new Permission(
            "iam:PassRole",
            appRoleArn,
            Map.of("iam:PassedToService", List.of("ec2.amazonaws.com"))));
    return all;
  }

  /** What an app node does. */
  static List<Permission> ofAppNode(ClusterNames names) {
    Account account = names.account();
    String prefix = names.prefix();
    String requests = account.arn("sqs", prefix + "-requests");
    String self = account.arn("ec2", "instance/" + INSTANCE);
    Map<String, List<String>> end = new TreeMap<>(tags("aws:ResourceTag/", prefix));
    end.put("ec2:SourceInstanceARN", List.of(self));
    end.put("ec2:InstanceID", List.of(INSTANCE));
    return List.of(
        plain("sqs:ReceiveMessage", requests),
        plain("sqs:ChangeMessageVisibility", requests),
        plain("sqs:DeleteMessage", requests),
        plain("sqs:SendMessage", account.arn("sqs", prefix + "-responses")),
        plain("sqs:SendMessage", account.arn("sqs", prefix + "-requests-dead")),
        plain("s3:GetObject", bucket(names, "InputBucket") + "/photo"),
        plain("s3:PutObject", bucket(names, "OutputBucket") + "/photo.json"),
        plain("s3:PutObject", bucket(names, "StateBucket") + "/attempts/photo"),
        plain("s3:GetObject", bucket(names, "ReleaseBucket") + "/releases/argus.zip"),
        inRegion("ec2:DescribeInstances", account),
        new Permission("ec2:TerminateInstances", self, end));
  }

  private static Permission plain(String action, String resource) {
    return new Permission(action, resource, Map.of());
  }

  private static Permission inRegion(String action, Account account) {
    return new Permission(
        action, "*", Map.of("aws:RequestedRegion", List.of(account.region().id())));
  }

  private static String bucket(ClusterNames names, String logical) {
    return "arn:" + names.account().partition() + ":s3:::" + names.buckets().get(logical);
  }

  private static Map<String, List<String>> tags(String key, String prefix) {
    return Map.of(
        key + "argus:cluster",
        List.of(prefix),
        key + "Name",
        List.of(NODE),
        "aws:TagKeys",
        List.of("Name", "argus:cluster"));
  }
}
