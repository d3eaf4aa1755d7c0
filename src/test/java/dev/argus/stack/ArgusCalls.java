package dev.argus.stack;

import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Every call that Argus and what is installed beside it make on AWS, by role.
 *
 * <p>{@link PolicyTest} holds that no method of the SDK that {@code dev.argus.aws} uses and no key
 * of {@link ObjectKeys} is missing here.
 */
final class ArgusCalls {
  /**
   * What one method of the SDK, or one program, asks AWS for.
   *
   * @param by the method as {@code Class.method}, or the program
   */
  record Made(String by, Call call) {}

  static final String CLUSTER = "argus";
  static final String WEB_INSTANCE = "i-0aaaaaaaaaaaaaaaa";
  static final String APP_INSTANCE = "i-0bbbbbbbbbbbbbbbb";
  static final String OTHER_APP_INSTANCE = "i-0cccccccccccccccc";
  static final String SUBNET = "subnet-0aaaaaaaaaaaaaaaa";
  static final String OTHER_SUBNET = "subnet-0bbbbbbbbbbbbbbbb";

  private static final String PHOTO = PhotoId.random().toString();

  private final Stack stack;
  private final String instance;
  private final List<Made> made = new ArrayList<>();

  private ArgusCalls(Stack stack, String instance) {
    this.stack = stack;
    this.instance = instance;
  }

  /** What a web node calls. */
  static List<Made> ofWebNode(Stack stack) {
    ArgusCalls calls = new ArgusCalls(stack, WEB_INSTANCE);
    calls.queue("argus-requests", "getQueueUrl", "getQueueAttributes", "sendMessageBatch");
    calls.queue(
        "argus-requests-dead",
        "getQueueUrl",
        "getQueueAttributes",
        "receiveMessage",
        "changeMessageVisibilityBatch",
        "deleteMessageBatch");
    // Its own queue, by either name, to which it also answers dead letters.
    for (String own : List.of("argus-responses", "argus-responses-" + WEB_INSTANCE)) {
      calls.queue(
          own,
          "createQueue",
          "setQueueAttributes",
          "getQueueUrl",
          "getQueueAttributes",
          "receiveMessage",
          "changeMessageVisibilityBatch",
          "deleteMessageBatch",
          "sendMessageBatch");
    }
    // That of another web node: answers dead letters, and removes it when its owner is gone.
    calls.queue(
        "argus-responses-i-0dddddddddddddddd", "getQueueUrl", "sendMessageBatch", "deleteQueue");

    calls.buckets("checkIfBucketExistsSource", "InputBucket", "OutputBucket", "StateBucket");
    calls.lists("InputBucket", "OutputBucket", "StateBucket");
    calls.object("InputBucket", PHOTO, "putObject", "getObjectMetadata");
    calls.object("OutputBucket", PHOTO + ".json", "putObject", "getObject", "getObjectMetadata");
    for (String key : stateKeys()) {
      if (!key.startsWith(ObjectKeys.ATTEMPTS)) {
        calls.object("StateBucket", key, "putObject", "getObject", "getObjectMetadata");
      }
    }
    calls.object("StateBucket", ObjectKeys.ATTEMPTS + PHOTO, "deleteObject");
    calls.object("StateBucket", ObjectKeys.DEAD_LETTERS + PHOTO, "deleteObject");
    calls.object("StateBucket", ObjectKeys.WEB_NODES + "argus-responses", "deleteObject");

    calls.add("Ec2AsyncClient.describeInstances", calls.call("ec2:DescribeInstances", "*"));
    for (String subnet : List.of(SUBNET, OTHER_SUBNET)) {
      calls.launch(subnet).forEach(call -> calls.add("Ec2AsyncClient.runInstances", call));
    }
    calls.add("Ec2AsyncClient.terminateInstances", calls.terminate(APP_INSTANCE));

    calls.install("web");
    for (String token : List.of("user-token", "operator-token")) {
      calls.add(
          "aws ssm get-parameter",
          calls.call("ssm:GetParameter", calls.arn("ssm", "parameter/argus/argus/" + token)));
    }
    calls.add(
        "aws autoscaling set-instance-health",
        calls.call(
            "autoscaling:SetInstanceHealth",
            calls.arn(
                "autoscaling",
                "autoScalingGroup:6e57d1a4-1111-2222-3333-444455556666:"
                    + "autoScalingGroupName/argus-web")));
    return calls.made;
  }

  /** What an app node calls. */
  static List<Made> ofAppNode(Stack stack) {
    ArgusCalls calls = new ArgusCalls(stack, APP_INSTANCE);
    calls.queue(
        "argus-requests",
        "getQueueUrl",
        "getQueueAttributes",
        "receiveMessage",
        "changeMessageVisibilityBatch",
        "deleteMessageBatch");
    for (String to :
        List.of("argus-requests-dead", "argus-responses", "argus-responses-" + WEB_INSTANCE)) {
      calls.queue(to, "getQueueUrl", "sendMessageBatch");
    }
    calls.object("InputBucket", PHOTO, "getObject");
    calls.object("OutputBucket", PHOTO + ".json", "putObject", "getObject", "getObjectMetadata");
    calls.object(
        "StateBucket", ObjectKeys.ATTEMPTS + PHOTO, "putObject", "getObject", "deleteObject");
    calls.object("StateBucket", ObjectKeys.LEADER, "getObject"); // to whom it reports
    calls.add("Ec2AsyncClient.describeInstances", calls.call("ec2:DescribeInstances", "*"));
    calls.add("Ec2AsyncClient.terminateInstances", calls.terminate(APP_INSTANCE));
    calls.install("app");
    return calls.made;
  }

  /** What the agent of Session Manager calls, on either node, where it is wanted. */
  static List<Made> ofShell(Stack stack, String instance) {
    ArgusCalls calls = new ArgusCalls(stack, instance);
    for (String action :
        List.of(
            "ssm:UpdateInstanceInformation",
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel")) {
      calls.add("amazon-ssm-agent", calls.call(action, "*"));
    }
    return calls.made;
  }

  /** The calls of one launch by a web node, into the subnet {@link #SUBNET}. */
  static List<Call> ofLaunch(Stack stack) {
    return new ArgusCalls(stack, WEB_INSTANCE).launch(SUBNET);
  }

  /** A call that nobody asked for yet, from this instance. */
  static Call from(Stack stack, String instance, String action, String resource) {
    return new ArgusCalls(stack, instance).call(action, resource);
  }

  /** The end of an app node of this cluster, as an instance asks for it. */
  static Call termination(Stack stack, String caller, String instance) {
    return new ArgusCalls(stack, caller).terminate(instance);
  }

  /** One of each kind of key in the state bucket: the constants of {@link ObjectKeys}. */
  static List<String> stateKeys() {
    return Arrays.stream(ObjectKeys.class.getFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
        .map(ArgusCalls::constant)
        .map(key -> key.endsWith("/") ? key + "x" : key)
        .toList();
  }

  private static String constant(Field field) {
    try {
      return (String) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private void queue(String queue, String... methods) {
    for (String method : methods) {
      // A batch is allowed or refused as its single call.
      String action = method.replace("Batch", "");
      String name = Character.toUpperCase(action.charAt(0)) + action.substring(1);
      add("SqsAsyncClient." + method, call("sqs:" + name, arn("sqs", queue)));
    }
  }

  private void object(String bucket, String key, String... methods) {
    for (String method : methods) {
      String action =
          switch (method) {
            case "putObject" -> "s3:PutObject";
            case "getObject", "getObjectMetadata" -> "s3:GetObject";
            case "deleteObject" -> "s3:DeleteObject";
            default -> throw new IllegalArgumentException(method);
          };
      add("S3." + method, call(action, bucketArn(bucket) + "/" + key));
      if (action.equals("s3:GetObject")) {
        // Else a missing object would be refused instead of not found.
        add("S3." + method, call("s3:ListBucket", bucketArn(bucket)));
      }
    }
  }

  private void buckets(String method, String... buckets) {
    for (String bucket : buckets) {
      add("S3." + method, call("s3:ListBucket", bucketArn(bucket)));
    }
  }

  private void lists(String... buckets) {
    for (String bucket : buckets) {
      add("S3AsyncClient.listObjectsV2Paginator", call("s3:ListBucket", bucketArn(bucket)));
    }
  }

  /** The install stage and the log agent. */
  private void install(String tier) {
    add("aws s3 cp", call("s3:GetObject", bucketArn("ReleaseBucket") + "/releases/argus-1-ab.zip"));
    String stream = arn("logs", "log-group:/argus/argus/" + tier + ":log-stream:" + instance);
    add("amazon-cloudwatch-agent", call("logs:CreateLogStream", stream));
    add("amazon-cloudwatch-agent", call("logs:PutLogEvents", stream));
  }

  /** EC2 asks IAM once for each resource that a launch uses or makes, and for tags and role. */
  private List<Call> launch(String subnet) {
    String template = arn("ec2", "launch-template/" + stack.output("AppLaunchTemplate").get());
    Context launching = context().with(Map.of("ec2:LaunchTemplate", List.of(template)));
    Context fromTemplate = launching.with(Map.of("ec2:IsLaunchTemplateResource", List.of("true")));
    Context overridden = launching.with(Map.of("ec2:IsLaunchTemplateResource", List.of("false")));
    Map<String, List<String>> clusterTag =
        Map.of(
            "aws:TagKeys", List.of("argus:cluster"),
            "aws:RequestTag/argus:cluster", List.of(CLUSTER));
    Map<String, List<String>> nodeTags =
        Map.of(
            "aws:TagKeys", List.of("Name", "argus:cluster", "argus:reports-to"),
            "aws:RequestTag/argus:cluster", List.of(CLUSTER),
            "aws:RequestTag/Name", List.of("app-tier-instance-3"),
            "aws:RequestTag/argus:reports-to", List.of("argus-responses"));
    Map<String, List<String>> tagging = Map.of("ec2:CreateAction", List.of("RunInstances"));
    Map<String, List<String>> node =
        Map.of(
            "ec2:InstanceType", List.of("c6i.large"),
            "ec2:InstanceProfile", List.of(profileArn()),
            "ec2:MetadataHttpTokens", List.of("required"));
    String image = "arn:aws:ec2:" + Stack.REGION + "::image/ami-0123456789abcdef0";
    String newInstance = arn("ec2", "instance/*");
    String newVolume = arn("ec2", "volume/*");
    String newInterface = arn("ec2", "network-interface/*");
    return List.of(
        new Call("ec2:RunInstances", template, launching),
        new Call("ec2:RunInstances", image, fromTemplate),
        new Call("ec2:RunInstances", arn("ec2", "security-group/" + securityGroup()), fromTemplate),
        new Call(
            "ec2:RunInstances",
            arn("ec2", "subnet/" + subnet),
            overridden.with(Map.of("ec2:SubnetID", List.of(subnet)))),
        new Call("ec2:RunInstances", newInstance, launching.with(nodeTags).with(node)),
        new Call("ec2:RunInstances", newVolume, launching.with(clusterTag)),
        new Call("ec2:RunInstances", newInterface, launching.with(clusterTag)),
        new Call("ec2:CreateTags", newInstance, context().with(nodeTags).with(tagging)),
        new Call("ec2:CreateTags", newVolume, context().with(clusterTag).with(tagging)),
        new Call("ec2:CreateTags", newInterface, context().with(clusterTag).with(tagging)),
        new Call(
            "iam:PassRole",
            PhysicalName.attribute(stack.get("AppRole"), "Arn"),
            context().with(Map.of("iam:PassedToService", List.of("ec2.amazonaws.com")))));
  }

  private Call terminate(String target) {
    return call("ec2:TerminateInstances", arn("ec2", "instance/" + target))
        .with("aws:ResourceTag/argus:cluster", CLUSTER)
        .with("aws:ResourceTag/Name", "app-tier-instance-3")
        .with("ec2:InstanceID", target);
  }

  private Call call(String action, String resource) {
    return new Call(action, resource, context());
  }

  private Context context() {
    return Context.of(
        Map.of(
            "aws:SecureTransport", List.of("true"),
            "aws:RequestedRegion", List.of(Stack.REGION),
            "ec2:SourceInstanceARN", List.of(arn("ec2", "instance/" + instance))));
  }

  private void add(String by, Call call) {
    made.add(new Made(by, call));
  }

  private String securityGroup() {
    return PhysicalName.attribute(stack.get("AppSecurityGroup"), "GroupId");
  }

  private String profileArn() {
    return PhysicalName.attribute(stack.get("AppProfile"), "Arn");
  }

  private String bucketArn(String bucket) {
    return PhysicalName.attribute(stack.get(bucket), "Arn");
  }

  private String arn(String service, String rest) {
    return "arn:aws:%s:%s:%s:%s".formatted(service, Stack.REGION, Stack.ACCOUNT, rest);
  }
}
