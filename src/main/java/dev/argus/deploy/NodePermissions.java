package dev.argus.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the nodes of a cluster must be allowed to do: all that the policies of {@code
 * deploy/argus.yaml} allow, which a test holds.
 *
 * @param stack the ARN of the stack
 * @param launchTemplate the id of that of app nodes
 * @param appProfile the ARN of the instance profile of app nodes
 * @param appRole the ARN of their role
 * @param appSecurityGroup the id of theirs
 * @param subnets into which they are launched
 * @param instanceTypes of which they are
 * @param spot whether they may be spot instances
 * @param shell whether operators may open one on the nodes
 */
record NodePermissions(
    ClusterNames names,
    String stack,
    String launchTemplate,
    String appProfile,
    String appRole,
    String appSecurityGroup,
    List<String> subnets,
    List<String> instanceTypes,
    boolean spot,
    boolean shell) {
  private static final String NODE = "app-tier-instance-1";
  private static final String INSTANCE = "i-0123456789abcdef0";
  private static final String IMAGE = "ami-0123456789abcdef0";
  private static final String GROUP = "01234567-89ab-cdef-0123-456789abcdef";
  private static final String RUN = "ec2:RunInstances";
  private static final String GET = "s3:GetObject";
  private static final String PUT = "s3:PutObject";
  private static final String DELETE = "s3:DeleteObject";
  private static final String SEND = "sqs:SendMessage";
  private static final String URL = "sqs:GetQueueUrl";
  private static final String ATTRIBUTES = "sqs:GetQueueAttributes";
  private static final List<String> RECEIVE =
      List.of("sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage");
  private static final List<String> SHELL =
      List.of(
          "ssm:UpdateInstanceInformation",
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel");

  /** What a web node does. */
  List<Permission> ofWebNode() {
    List<Permission> all = ofAnyNode("web");
    all.add(plain(queue("-requests"), URL, ATTRIBUTES, SEND));
    all.add(plain(queue("-requests-dead"), URL, ATTRIBUTES));
    all.add(plain(queue("-requests-dead"), RECEIVE));
    for (String responses : List.of("-responses", "-responses-" + INSTANCE)) {
      all.add(plain(queue(responses), URL, ATTRIBUTES, SEND));
      all.add(plain(queue(responses), RECEIVE));
    }
    String own = queue("-responses-" + INSTANCE);
    all.add(with(clusterTag(), own, "sqs:CreateQueue"));
    all.add(with(clusterTag(), own, "sqs:TagQueue"));
    all.add(plain(own, "sqs:DeleteQueue"));
    all.add(plain(bucket("InputBucket") + "/photo", GET, PUT));
    all.add(plain(bucket("OutputBucket") + "/photo.json", GET, PUT));
    String state = bucket("StateBucket") + "/";
    for (String key :
        List.of(
            "batches/batch",
            "costs/fleet",
            "costs/web/" + INSTANCE,
            "idempotency/key",
            "leader",
            "sweep")) {
      all.add(plain(state + key, GET, PUT));
    }
    all.add(plain(state + "callbacks/webhook", GET, PUT, DELETE));
    all.add(plain(state + "dead/photo", GET, PUT, DELETE));
    all.add(plain(state + "web-nodes/" + INSTANCE, GET, PUT, DELETE));
    all.add(plain(state + "attempts/photo", DELETE));
    for (String secret : List.of(names.userToken(), names.operatorToken(), names.webhookSecret())) {
      all.add(plain(arn("ssm", "parameter" + secret), "ssm:GetParameter"));
    }
    all.add(
        plain(
            arn(
                "autoscaling",
                "autoScalingGroup:%s:autoScalingGroupName/%s-web".formatted(GROUP, names.prefix())),
            "autoscaling:SetInstanceHealth"));
    all.add(plain(stack, "cloudformation:SignalResource"));
    all.addAll(ofLaunch());
    all.add(with(terminated(), arn("ec2", "instance/" + INSTANCE), "ec2:TerminateInstances"));
    return all;
  }

  /** EC2 asks IAM once for each thing that a launch uses or makes. */
  private List<Permission> ofLaunch() {
    String template = arn("ec2", "launch-template/" + launchTemplate);
    Map<String, List<String>> launch = Map.of("ec2:LaunchTemplate", List.of(template));
    Map<String, List<String>> asItSays = plus(launch, "ec2:IsLaunchTemplateResource", "true");
    List<Permission> all = new ArrayList<>();
    all.add(with(launch, template, RUN));
    all.add(
        with(
            asItSays,
            "arn:%s:ec2:%s::image/%s"
                .formatted(account().partition(), account().region().id(), IMAGE),
            RUN));
    all.add(with(asItSays, arn("ec2", "security-group/" + appSecurityGroup), RUN));
    for (String subnet : subnets) {
      all.add(with(plus(launch, "ec2:SubnetID", subnet), arn("ec2", "subnet/" + subnet), RUN));
    }
    Map<String, List<String>> tags = requested();
    for (String type : instanceTypes) {
      Map<String, List<String>> node = new TreeMap<>(launch);
      node.putAll(tags);
      node.put("ec2:InstanceType", List.of(type));
      node.put("ec2:InstanceProfile", List.of(appProfile));
      node.put("ec2:MetadataHttpTokens", List.of("required"));
      all.add(with(node, arn("ec2", "instance/" + INSTANCE), RUN));
    }
    for (String made : List.of("network-interface/eni-0123456789abcdef0", "volume/vol-01234567")) {
      all.add(with(launch, arn("ec2", made), RUN));
      all.add(
          with(plus(tags, "ec2:CreateAction", "RunInstances"), arn("ec2", made), "ec2:CreateTags"));
    }
    all.add(
        with(
            plus(tags, "ec2:CreateAction", "RunInstances"),
            arn("ec2", "instance/" + INSTANCE),
            "ec2:CreateTags"));
    if (spot) {
      String request = arn("ec2", "spot-instances-request/sir-01234567");
      all.add(with(clusterTag(), request, RUN));
      all.add(with(plus(tags, "ec2:CreateAction", "RunInstances"), request, "ec2:CreateTags"));
    }
    all.add(
        with(Map.of("iam:PassedToService", List.of("ec2.amazonaws.com")), appRole, "iam:PassRole"));
    return all;
  }

  /** What an app node does. */
  List<Permission> ofAppNode() {
    List<Permission> all = ofAnyNode("app");
    all.add(plain(queue("-requests"), URL, ATTRIBUTES));
    all.add(plain(queue("-requests"), RECEIVE));
    for (String to : List.of("-requests-dead", "-responses", "-responses-" + INSTANCE)) {
      all.add(plain(queue(to), URL, SEND));
    }
    all.add(plain(bucket("InputBucket") + "/photo", GET));
    all.add(plain(bucket("OutputBucket") + "/photo.json", GET, PUT));
    String state = bucket("StateBucket") + "/";
    all.add(plain(state + "attempts/photo", GET, PUT, DELETE));
    all.add(plain(state + "leader", GET));
    String self = arn("ec2", "instance/" + INSTANCE);
    Map<String, List<String>> itself = new TreeMap<>(terminated());
    itself.put("ec2:SourceInstanceARN", List.of(self));
    itself.put("ec2:InstanceID", List.of(INSTANCE));
    all.add(with(itself, self, "ec2:TerminateInstances"));
    return all;
  }

  private List<Permission> ofAnyNode(String tier) {
    List<Permission> all = new ArrayList<>();
    all.add(plain(bucket("ReleaseBucket") + "/releases/argus.zip", GET));
    for (String bucket : List.of("InputBucket", "OutputBucket", "StateBucket")) {
      all.add(plain(bucket(bucket), "s3:ListBucket"));
    }
    all.add(plain("*", "ec2:DescribeInstances"));
    String stream =
        arn(
            "logs",
            "log-group:/argus/%s/%s:log-stream:%s".formatted(names.prefix(), tier, INSTANCE));
    all.add(plain(stream, "logs:CreateLogStream", "logs:PutLogEvents"));
    if (shell) {
      all.add(plain("*", SHELL));
    }
    return all;
  }

  private Map<String, List<String>> clusterTag() {
    return Map.of(
        "aws:RequestTag/argus:cluster",
        List.of(names.prefix()),
        "aws:TagKeys",
        List.of("argus:cluster"));
  }

  private Map<String, List<String>> requested() {
    return Map.of(
        "aws:RequestTag/argus:cluster",
        List.of(names.prefix()),
        "aws:RequestTag/Name",
        List.of(NODE),
        "aws:TagKeys",
        List.of("Name", "argus:cluster", "argus:reports-to"));
  }

  private Map<String, List<String>> terminated() {
    return Map.of(
        "aws:ResourceTag/argus:cluster",
        List.of(names.prefix()),
        "aws:ResourceTag/Name",
        List.of(NODE));
  }

  private static Map<String, List<String>> plus(
      Map<String, List<String>> context, String key, String value) {
    Map<String, List<String>> more = new TreeMap<>(context);
    more.put(key, List.of(value));
    return more;
  }

  private Permission plain(String resource, String... actions) {
    return plain(resource, List.of(actions));
  }

  private Permission plain(String resource, List<String> actions) {
    return new Permission(actions, resource, everyCall());
  }

  private Permission with(Map<String, List<String>> context, String resource, String action) {
    Map<String, List<String>> all = new TreeMap<>(everyCall());
    all.putAll(context);
    return new Permission(List.of(action), resource, all);
  }

  private Map<String, List<String>> everyCall() {
    return Map.of(
        "aws:SecureTransport",
        List.of("true"),
        "aws:RequestedRegion",
        List.of(account().region().id()));
  }

  private Account account() {
    return names.account();
  }

  private String arn(String service, String resource) {
    return account().arn(service, resource);
  }

  private String queue(String suffix) {
    return arn("sqs", names.prefix() + suffix);
  }

  private String bucket(String logical) {
    return "arn:" + account().partition() + ":s3:::" + names.buckets().get(logical);
  }
}
