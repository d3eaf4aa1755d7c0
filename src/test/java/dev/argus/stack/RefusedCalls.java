package dev.argus.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Calls that somebody would make who has taken a node over, and that must be refused. */
final class RefusedCalls {
  /** Actions that no node has any use for, on whatever they are asked for. */
  private static final List<String> NEVER =
      List.of(
          "autoscaling:DeleteAutoScalingGroup",
          "autoscaling:UpdateAutoScalingGroup",
          "cloudformation:DeleteStack",
          "cloudformation:UpdateStack",
          "ec2:AssociateIamInstanceProfile",
          "ec2:AuthorizeSecurityGroupIngress",
          "ec2:CreateLaunchTemplateVersion",
          "ec2:CreateSnapshot",
          "ec2:DeleteTags",
          "ec2:GetPasswordData",
          "ec2:ModifyInstanceAttribute",
          "ec2:ModifyInstanceMetadataOptions",
          "ec2:ModifyLaunchTemplate",
          "ec2:RequestSpotInstances",
          "ec2:StopInstances",
          "iam:AttachRolePolicy",
          "iam:CreateAccessKey",
          "iam:CreateRole",
          "iam:CreateServiceLinkedRole",
          "iam:PutRolePolicy",
          "kms:Decrypt",
          "lambda:InvokeFunction",
          "logs:DeleteLogGroup",
          "logs:FilterLogEvents",
          "logs:GetLogEvents",
          "s3:DeleteBucket",
          "s3:DeleteBucketPolicy",
          "s3:ListAllMyBuckets",
          "s3:PutBucketPolicy",
          "s3:PutBucketPublicAccessBlock",
          "s3:PutEncryptionConfiguration",
          "s3:PutLifecycleConfiguration",
          "s3:PutObjectAcl",
          "secretsmanager:GetSecretValue",
          "sns:Publish",
          "sqs:AddPermission",
          "sqs:ListQueues",
          "sqs:PurgeQueue",
          "sqs:SetQueueAttributes",
          "sqs:UntagQueue",
          "ssm:DescribeParameters",
          "ssm:GetParametersByPath",
          "ssm:PutParameter",
          "ssm:SendCommand",
          "ssm:StartSession",
          "sts:AssumeRole");

  private final Stack stack;
  private final String instance;
  private final List<Call> calls = new ArrayList<>();

  private RefusedCalls(Stack stack, String instance) {
    this.stack = stack;
    this.instance = instance;
  }

  /** Refused to either role. */
  static Stream<Call> ofBoth(Stack stack) {
    RefusedCalls refused = new RefusedCalls(stack, ArgusCalls.APP_INSTANCE);
    for (String action : NEVER) {
      refused.add(action, "*");
      refused.resources().forEach(resource -> refused.add(action, resource));
    }
    // Another cluster's, or the account's.
    for (String queue : List.of("other-requests", "argus2-responses", "argusresponses", "x")) {
      for (String action :
          List.of("SendMessage", "ReceiveMessage", "DeleteMessage", "CreateQueue")) {
        refused.add("sqs:" + action, arn("sqs", queue));
      }
    }
    refused.add("sqs:SendMessage", "arn:aws:sqs:" + Stack.REGION + ":999999999999:argus-responses");
    refused.add("sqs:SendMessage", "arn:aws:sqs:us-west-2:" + Stack.ACCOUNT + ":argus-responses");
    for (String key : List.of("x", "x.json", "dead/x", "attempts/x", "releases/x.zip")) {
      refused.add("s3:GetObject", "arn:aws:s3:::other-bucket/" + key);
      refused.add("s3:PutObject", "arn:aws:s3:::other-bucket/" + key);
      refused.add("s3:GetObject", "arn:aws:s3:::argus-input-999999999999-us-east-1/" + key);
    }
    refused.add("s3:ListBucket", "arn:aws:s3:::other-bucket");
    refused.add("s3:ListBucket", refused.bucket("ReleaseBucket"));
    refused.add("s3:PutObject", refused.bucket("ReleaseBucket") + "/releases/argus-1-ab.zip");
    refused.add("s3:DeleteObject", refused.bucket("ReleaseBucket") + "/releases/argus-1-ab.zip");
    refused.add("s3:GetObject", refused.bucket("ReleaseBucket") + "/elsewhere");
    refused.add("s3:DeleteObject", refused.bucket("InputBucket") + "/x");
    refused.add("s3:DeleteObject", refused.bucket("OutputBucket") + "/x.json");
    refused.add("s3:PutObject", refused.bucket("OutputBucket") + "/x.exe");
    refused.add("s3:GetObject", refused.bucket("StateBucket") + "/elsewhere");
    refused.add("s3:PutObject", refused.bucket("StateBucket") + "/elsewhere");
    for (String service : List.of("lambda.amazonaws.com", "ecs-tasks.amazonaws.com")) {
      refused.passRole("AppRole", service);
    }
    refused.passRole("WebRole", "ec2.amazonaws.com");
    for (String group : List.of("/argus/other/app", "/aws/lambda/x", "/argus/argus")) {
      refused.add("logs:PutLogEvents", arn("logs", "log-group:" + group + ":log-stream:i-1"));
    }
    refused.calls.add(
        ArgusCalls.from(stack, refused.instance, "ec2:DescribeInstances", "*")
            .with("aws:RequestedRegion", "us-west-2"));
    refused.terminations();
    refused.tags();
    return refused.calls.stream();
  }

  /** Refused to a web node. */
  static Stream<Call> ofWebNode(Stack stack) {
    RefusedCalls refused = new RefusedCalls(stack, ArgusCalls.WEB_INSTANCE);
    // Work is app nodes' to take, and the queues of the stack are the stack's.
    for (String action : List.of("ReceiveMessage", "DeleteMessage", "DeleteQueue", "CreateQueue")) {
      refused.add("sqs:" + action, arn("sqs", "argus-requests"));
    }
    for (String action : List.of("SendMessage", "DeleteQueue", "SetQueueAttributes")) {
      refused.add("sqs:" + action, arn("sqs", "argus-requests-dead"));
    }
    for (String queue : List.of("argus-responses", "argus-responses-x")) {
      refused.add("sqs:DeleteQueue", arn("sqs", queue));
      refused.add("sqs:CreateQueue", arn("sqs", queue));
    }
    for (String action : List.of("CreateQueue", "TagQueue", "SetQueueAttributes")) {
      refused.add("sqs:" + action, arn("sqs", ArgusCalls.OWN_QUEUE)); // without a tag
    }
    refused.add("s3:PutObject", refused.bucket("StateBucket") + "/attempts/x");
    refused.add("s3:DeleteObject", refused.bucket("StateBucket") + "/idempotency/x");
    refused.add("logs:PutLogEvents", arn("logs", "log-group:/argus/argus/app:log-stream:i-1"));
    for (String parameter :
        List.of(
            "argus/argus/other", "argus/other/webhook-secret", "argus/argus/user-token/x", "x")) {
      refused.add("ssm:GetParameter", arn("ssm", "parameter/" + parameter));
    }
    String group = "autoScalingGroup:6e57d1a4:autoScalingGroupName/";
    refused.add("autoscaling:SetInstanceHealth", arn("autoscaling", group + "other-web"));
    refused.add("autoscaling:SetInstanceHealth", arn("autoscaling", group + "argus-web-2"));
    return refused.calls.stream();
  }

  /** Refused to an app node. */
  static Stream<Call> ofAppNode(Stack stack) {
    RefusedCalls refused = new RefusedCalls(stack, ArgusCalls.APP_INSTANCE);
    for (String secret : List.of("user-token", "operator-token", "webhook-secret")) {
      refused.add("ssm:GetParameter", arn("ssm", "parameter/argus/argus/" + secret));
    }
    for (String action : List.of("ReceiveMessage", "DeleteMessage", "CreateQueue", "DeleteQueue")) {
      refused.add("sqs:" + action, arn("sqs", "argus-responses"));
      refused.add("sqs:" + action, arn("sqs", "argus-requests-dead"));
    }
    refused.add("sqs:SendMessage", arn("sqs", "argus-requests"));
    refused.add("sqs:SendMessage", arn("sqs", "argus-responses-x"));
    refused.add("s3:PutObject", refused.bucket("InputBucket") + "/x");
    for (String key : ArgusCalls.stateKeys()) {
      if (!key.startsWith("attempts/")) {
        refused.add("s3:PutObject", refused.bucket("StateBucket") + "/" + key);
        refused.add("s3:DeleteObject", refused.bucket("StateBucket") + "/" + key);
      }
    }
    for (String key : List.of("dead/x", "idempotency/x", "sweep", "web-nodes/x")) {
      refused.add("s3:GetObject", refused.bucket("StateBucket") + "/" + key);
    }
    refused.add("logs:PutLogEvents", arn("logs", "log-group:/argus/argus/web:log-stream:i-1"));
    refused.add(
        "autoscaling:SetInstanceHealth",
        arn("autoscaling", "autoScalingGroup:6e57d1a4:autoScalingGroupName/argus-web"));
    refused.passRole("AppRole", "ec2.amazonaws.com");
    // Its own cluster's, but not itself.
    refused.calls.add(
        ArgusCalls.termination(stack, ArgusCalls.APP_INSTANCE, ArgusCalls.OTHER_APP_INSTANCE));
    refused.calls.add(
        ArgusCalls.termination(stack, ArgusCalls.APP_INSTANCE, ArgusCalls.APP_INSTANCE)
            .without("ec2:SourceInstanceARN"));
    return refused.calls.stream();
  }

  /** What is no app node of this cluster; for an app node, even if it were itself. */
  private void terminations() {
    Call own = ArgusCalls.termination(stack, instance, instance);
    calls.add(own.with("aws:ResourceTag/argus:cluster", "other"));
    calls.add(own.without("aws:ResourceTag/argus:cluster"));
    calls.add(own.with("aws:ResourceTag/Name", "web-instance"));
    calls.add(own.with("aws:ResourceTag/Name", "database"));
    calls.add(own.without("aws:ResourceTag/Name"));
    calls.add(
        new Call(
            own.action(),
            "arn:aws:ec2:us-west-2:" + Stack.ACCOUNT + ":instance/" + instance,
            own.context()));
  }

  /** Tags make an instance Argus's: nobody may give them to what exists. */
  private void tags() {
    for (String what : List.of("instance/i-0database", "volume/vol-0", "image/ami-0")) {
      Call tag =
          ArgusCalls.from(stack, instance, "ec2:CreateTags", arn("ec2", what))
              .with("aws:TagKeys", "argus:cluster")
              .with("aws:RequestTag/argus:cluster", ArgusCalls.CLUSTER);
      calls.add(tag);
      calls.add(tag.with("ec2:CreateAction", "CreateVolume"));
    }
  }

  private void passRole(String role, String service) {
    calls.add(
        ArgusCalls.from(
                stack, instance, "iam:PassRole", PhysicalName.attribute(stack.get(role), "Arn"))
            .with("iam:PassedToService", service));
  }

  private void add(String action, String resource) {
    calls.add(
        ArgusCalls.from(stack, instance, action, resource)
            .with("aws:ResourceTag/argus:cluster", ArgusCalls.CLUSTER));
  }

  /** The ARNs of everything of the stack that has one here, and of the objects in buckets. */
  private List<String> resources() {
    List<String> all = new ArrayList<>();
    for (String queue : List.of("RequestQueue", "ResponseQueue", "DeadLetterQueue")) {
      all.add(PhysicalName.attribute(stack.get(queue), "Arn"));
    }
    for (String bucket : List.of("InputBucket", "OutputBucket", "StateBucket", "ReleaseBucket")) {
      all.add(bucket(bucket));
      all.add(bucket(bucket) + "/x.json");
    }
    for (String role : List.of("WebRole", "AppRole")) {
      all.add(PhysicalName.attribute(stack.get(role), "Arn"));
    }
    all.add(PhysicalName.attribute(stack.get("AppLogGroup"), "Arn"));
    all.add(PhysicalName.attribute(stack.get("WebLogGroup"), "Arn"));
    all.add(arn("ec2", "instance/" + instance));
    all.add(arn("ec2", "launch-template/" + stack.output("AppLaunchTemplate").get()));
    all.add(arn("ssm", "parameter/argus/argus/user-token"));
    return all;
  }

  private String bucket(String bucket) {
    return PhysicalName.attribute(stack.get(bucket), "Arn");
  }

  private static String arn(String service, String rest) {
    return "arn:aws:%s:%s:%s:%s".formatted(service, Stack.REGION, Stack.ACCOUNT, rest);
  }
}
