package dev.argus.stack;

import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesRequest;

/**
 * Every call that Argus and what is installed beside it make on AWS, by role; those on EC2 as they
 * are recorded.
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
  static final String OWN_QUEUE = "argus-responses-" + WEB_INSTANCE;
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
    for (String own : List.of("argus-responses", OWN_QUEUE)) {
      calls.queue(
          own,
          "getQueueUrl",
          "getQueueAttributes",
          "receiveMessage",
          "changeMessageVisibilityBatch",
          "deleteMessageBatch",
          "sendMessageBatch");
    }
    calls.createQueue(OWN_QUEUE);
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
    calls.object("StateBucket", ObjectKeys.CALLBACKS + PHOTO, "deleteObject");
    calls.object("StateBucket", ObjectKeys.DEAD_LETTERS + PHOTO, "deleteObject");
    calls.object("StateBucket", ObjectKeys.WEB_NODES + "argus-responses", "deleteObject");

    calls.recorded(RecordedFleet.of(stack).web(), WEB_INSTANCE);

    calls.install("web");
    for (String secret : List.of("user-token", "operator-token", "webhook-secret")) {
      calls.add(
          "aws ssm get-parameter",
          calls.call("ssm:GetParameter", calls.arn("ssm", "parameter/argus/argus/" + secret)));
    }
    calls.add(
        "aws cloudformation signal-resource",
        calls.call("cloudformation:SignalResource", Stack.ID));
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
    for (String to : List.of("argus-requests-dead", "argus-responses", OWN_QUEUE)) {
      calls.queue(to, "getQueueUrl", "sendMessageBatch");
    }
    calls.object("InputBucket", PHOTO, "getObject");
    calls.object("OutputBucket", PHOTO + ".json", "putObject", "getObject", "getObjectMetadata");
    calls.object(
        "StateBucket", ObjectKeys.ATTEMPTS + PHOTO, "putObject", "getObject", "deleteObject");
    calls.object("StateBucket", ObjectKeys.LEADER, "getObject"); // to whom it reports
    calls.recorded(RecordedFleet.of(stack).app(), RecordedFleet.of(stack).appInstance());
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

  /** The calls of one launch by a web node, in the first pool. */
  static List<Call> ofLaunch(Stack stack) {
    return RecordedFleet.of(stack).web().stream()
        .filter(RunInstancesRequest.class::isInstance)
        .findFirst()
        .map(launch -> authorization(stack, WEB_INSTANCE).of(launch))
        .orElseThrow();
  }

  /** The creation of a web node's own queue of this name. */
  static List<Call> ofCreation(Stack stack, String queue) {
    ArgusCalls calls = new ArgusCalls(stack, WEB_INSTANCE);
    calls.createQueue(queue);
    return calls.made.stream().map(Made::call).toList();
  }

  /** A call that nobody asked for yet, from this instance. */
  static Call from(Stack stack, String instance, String action, String resource) {
    return new ArgusCalls(stack, instance).call(action, resource);
  }

  /** The end of an app node of this cluster, as an instance asks for it. */
  static Call termination(Stack stack, String caller, String instance) {
    RecordedFleet fleet = RecordedFleet.of(stack);
    return new Ec2Authorization(stack, context(caller), any -> fleet.tags(fleet.appInstance()))
        .of(TerminateInstancesRequest.builder().instanceIds(instance).build())
        .get(0);
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

  /** With tags it needs the right to tag, too. */
  private void createQueue(String queue) {
    for (String action : List.of("sqs:CreateQueue", "sqs:TagQueue")) {
      add(
          "SqsAsyncClient.createQueue",
          call(action, arn("sqs", queue))
              .with("aws:RequestTag/argus:cluster", CLUSTER)
              .with("aws:TagKeys", "argus:cluster"));
    }
  }

  private void recorded(List<SdkRequest> requests, String caller) {
    for (SdkRequest request : requests) {
      String name = request.getClass().getSimpleName().replaceAll("Request$", "");
      String method = Character.toLowerCase(name.charAt(0)) + name.substring(1);
      authorization(stack, caller)
          .of(request)
          .forEach(call -> add("Ec2AsyncClient." + method, call));
    }
  }

  private static Ec2Authorization authorization(Stack stack, String caller) {
    return new Ec2Authorization(stack, context(caller), RecordedFleet.of(stack)::tags);
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

  private Call call(String action, String resource) {
    return new Call(action, resource, context(instance));
  }

  private static Context context(String instance) {
    return Context.of(
        Map.of(
            "aws:SecureTransport", List.of("true"),
            "aws:RequestedRegion", List.of(Stack.REGION),
            "ec2:SourceInstanceARN", List.of(arn("ec2", "instance/" + instance))));
  }

  private void add(String by, Call call) {
    made.add(new Made(by, call));
  }

  private String bucketArn(String bucket) {
    return PhysicalName.attribute(stack.get(bucket), "Arn");
  }

  private static String arn(String service, String rest) {
    return "arn:aws:%s:%s:%s:%s".formatted(service, Stack.REGION, Stack.ACCOUNT, rest);
  }
}
