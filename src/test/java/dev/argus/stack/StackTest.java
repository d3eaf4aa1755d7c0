package dev.argus.stack;

import static dev.argus.stack.Template.list;
import static dev.argus.stack.Template.map;
import static dev.argus.stack.Template.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.stack.Stack.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a platform team would look for in the stack. */
class StackTest {
  private static final String EVERYWHERE = "0.0.0.0/0";

  /** Types of resources that CloudFormation cannot tag. */
  private static final Set<String> UNTAGGABLE =
      Set.of(
          "AWS::EC2::SecurityGroupIngress",
          "AWS::IAM::InstanceProfile",
          "AWS::IAM::Policy",
          "AWS::Logs::MetricFilter",
          "AWS::S3::BucketPolicy",
          "AWS::SNS::Subscription",
          "AWS::SNS::TopicPolicy",
          "AWS::SQS::QueuePolicy");

  /** Actions for which AWS knows no resource. */
  private static final Set<String> WITHOUT_RESOURCE =
      Set.of(
          "ec2:DescribeInstances",
          "ssm:UpdateInstanceInformation",
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel");

  static Stream<Stack> stacks() {
    return Stream.of(
        Template.argus().with(TestStacks.required()),
        TestStacks.usual(),
        TestStacks.with(Map.of("CertificateArn", TestStacks.CERTIFICATE)),
        TestStacks.whole());
  }

  @Test
  void whoMaySendPhotosHasNoDefaultAndIsNeverEverybody() {
    Template template = Template.argus();
    assertThat(map(template.section("Parameters").get("AllowedCidr"))).doesNotContainKey("Default");
    for (String tooMany : List.of(EVERYWHERE, "10.0.0.0/7", "::/0", "", "10.0.0.0")) {
      assertThatThrownBy(() -> TestStacks.with(Map.of("AllowedCidr", tooMany)))
          .hasMessageContaining("AllowedCidr");
    }
    TestStacks.with(Map.of("AllowedCidr", "10.0.0.0/8"));
  }

  /** More must be put into a bucket first, and at the first deployment there is none. */
  @Test
  void theTemplateIsAsShortAsCloudFormationTakesItInACall() throws IOException {
    assertThat(Files.size(Template.ARGUS)).isLessThanOrEqualTo(51_200);
  }

  @Test
  void everyParameterSaysWhatItIsAndHasItsPlaceInTheForm() {
    Template template = Template.argus();
    Map<String, Object> form =
        map(template.section("Metadata").get("AWS::CloudFormation::Interface"));
    List<String> inForm =
        list(form.get("ParameterGroups")).stream()
            .flatMap(group -> texts(map(group).get("Parameters")).stream())
            .toList();
    assertThat(inForm).containsExactlyInAnyOrderElementsOf(template.section("Parameters").keySet());
    assertThat(template.section("Parameters").values())
        .allSatisfy(parameter -> assertThat(map(parameter)).containsKey("Description"));
  }

  @Test
  void severalWebNodesNeedALoadBalancerAndAReleaseItsChecksum() {
    assertThatThrownBy(() -> TestStacks.with(Map.of("WebNodes", "2")))
        .hasMessageContaining("CertificateArn");
    assertThatThrownBy(() -> TestStacks.with(Map.of("ReleaseSha256", "")))
        .hasMessageContaining("ReleaseSha256");
  }

  @Test
  void withoutAReleaseThereIsAllButTheWebNodes() {
    Stack first = Template.argus().with(TestStacks.required());
    assertThat(first.ofType("AWS::AutoScaling::AutoScalingGroup")).isEmpty();
    assertThat(first.ofType("AWS::CloudWatch::Alarm")).hasSize(2);
    assertThat(first.ofType("AWS::S3::Bucket")).hasSize(4);
    assertThat(first.ofType("AWS::SQS::Queue")).hasSize(3);
    assertThat(first.output("ReleaseBucket")).contains(bucket("argus-release"));
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void everythingCarriesTheClusterTag(Stack stack) {
    for (Resource resource : stack.resources()) {
      if (UNTAGGABLE.contains(resource.type())) {
        continue;
      }
      Map<String, Object> owner =
          resource.type().equals("AWS::EC2::LaunchTemplate")
              ? map(list(resource.properties().get("TagSpecifications")).get(0))
              : resource.properties();
      assertThat(tags(owner.get("Tags")))
          .as(resource.name())
          .containsEntry("argus:cluster", "argus");
    }
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void whatALaunchMakesIsTaggedEncryptedAndEndsWhenItIsSwitchedOff(Stack stack) {
    List<Resource> templates = stack.ofType("AWS::EC2::LaunchTemplate");
    assertThat(templates).hasSize(2);
    for (Resource template : templates) {
      Map<String, Object> data = map(template.properties().get("LaunchTemplateData"));
      assertThat(data).containsEntry("InstanceInitiatedShutdownBehavior", "terminate");
      assertThat(map(data.get("MetadataOptions")))
          .containsEntry("HttpTokens", "required")
          .containsEntry("HttpPutResponseHopLimit", 1);
      assertThat(list(data.get("BlockDeviceMappings")))
          .allSatisfy(
              disk ->
                  assertThat(map(map(disk).get("Ebs")))
                      .containsEntry("Encrypted", true)
                      .containsEntry("VolumeType", "gp3")
                      .containsEntry("DeleteOnTermination", true));
      // Subnets are chosen at each launch, which a network interface in the template would forbid.
      assertThat(data).containsKey("SecurityGroupIds").doesNotContainKey("NetworkInterfaces");
      assertThat(data).doesNotContainKey("KeyName");
      assertThat(list(data.get("TagSpecifications")))
          .extracting(tagged -> map(tagged).get("ResourceType"))
          .containsExactly("instance", "volume", "network-interface");
      assertThat(list(data.get("TagSpecifications")))
          .allSatisfy(
              tagged ->
                  assertThat(tags(map(tagged).get("Tags")))
                      .containsEntry("argus:cluster", "argus"));
    }
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void nothingConnectsToAppNodesAndOnlyClientsToTheRest(Stack stack) {
    assertThat(ingress(stack, "AppSecurityGroup")).isEmpty();
    assertThat(ingress(stack, "WebSecurityGroup"))
        .allSatisfy(
            rule -> {
              assertThat(rule).containsEntry("FromPort", 8000).containsEntry("ToPort", 8000);
              assertThat(rule).containsEntry("IpProtocol", "tcp");
            })
        .singleElement()
        .satisfies(
            rule ->
                assertThat(from(rule))
                    .isEqualTo(
                        stack
                            .find("LoadBalancerSecurityGroup")
                            .map(group -> PhysicalName.attribute(group, "GroupId"))
                            .orElse(TestStacks.CIDR)));
    if (stack.find("LoadBalancer").isPresent()) {
      assertThat(ingress(stack, "LoadBalancerSecurityGroup"))
          .allSatisfy(rule -> assertThat(from(rule)).isEqualTo(TestStacks.CIDR))
          .extracting(rule -> rule.get("ToPort"))
          .containsExactly(443, 80);
    }
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void nobodyComesFromEverywhereAndNodesCallOutByHttpsOnly(Stack stack) {
    for (Resource group : stack.ofType("AWS::EC2::SecurityGroup")) {
      List<Object> egress = list(group.properties().get("SecurityGroupEgress"));
      assertThat(egress).as("else AWS allows everything").hasSize(1);
      Map<String, Object> rule = map(egress.get(0));
      if (EVERYWHERE.equals(rule.get("CidrIp"))) {
        assertThat(rule).containsEntry("FromPort", 443).containsEntry("ToPort", 443);
      } else {
        assertThat(rule).containsKey("DestinationSecurityGroupId");
      }
    }
    for (Resource resource : stack.resources()) {
      Map<String, Object> rest = map(resource.properties());
      rest.remove("SecurityGroupEgress");
      assertThat(rest.toString()).doesNotContain(EVERYWHERE).doesNotContain("::/0");
    }
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void bucketsArePrivateEncryptedAndKept(Stack stack) {
    assertThat(stack.ofType("AWS::S3::Bucket"))
        .extracting(PhysicalName::of)
        .containsExactly(
            bucket("argus-input"),
            bucket("argus-output"),
            bucket("argus-state"),
            bucket("argus-release"));
    for (Resource bucket : stack.ofType("AWS::S3::Bucket")) {
      assertThat(bucket.attributes())
          .containsEntry("DeletionPolicy", "Retain")
          .containsEntry("UpdateReplacePolicy", "Retain");
      assertThat(map(bucket.properties().get("PublicAccessBlockConfiguration")))
          .isEqualTo(
              Map.of(
                  "BlockPublicAcls", true,
                  "BlockPublicPolicy", true,
                  "IgnorePublicAcls", true,
                  "RestrictPublicBuckets", true));
      assertThat(bucket.properties().get("OwnershipControls").toString())
          .contains("BucketOwnerEnforced");
      assertThat(bucket.properties().get("BucketEncryption").toString()).contains("AES256");
      assertThat(bucket.properties().get("LifecycleConfiguration").toString())
          .contains("AbortIncompleteMultipartUpload");
      assertThat(stack.get(bucket.name() + "Policy").properties())
          .containsEntry("Bucket", PhysicalName.of(bucket));
    }
  }

  /** S3 allows 63 characters, and no region has a longer name than ap-southeast-1 has. */
  @Test
  void theLongestPrefixMakesNamesOfBucketsThatS3Takes() {
    String longest = "a".repeat(27);
    Stack stack = TestStacks.with(Map.of("Prefix", longest));
    for (Resource bucket : stack.ofType("AWS::S3::Bucket")) {
      int more = "ap-southeast-1".length() - Stack.REGION.length();
      assertThat(PhysicalName.of(bucket).length() + more).isLessThanOrEqualTo(63);
    }
    assertThatThrownBy(() -> TestStacks.with(Map.of("Prefix", longest + "a")))
        .hasMessageContaining("Prefix");
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void queuesAreEncryptedAndHaveAPolicy(Stack stack) {
    List<Resource> queues = stack.ofType("AWS::SQS::Queue");
    assertThat(queues).hasSizeGreaterThanOrEqualTo(2);
    for (Resource queue : queues) {
      assertThat(queue.properties()).containsEntry("SqsManagedSseEnabled", true);
      assertThat(list(stack.get("QueuePolicy").properties().get("Queues")))
          .contains(PhysicalName.of(queue));
    }
  }

  @Test
  void theOneWebNodeHasAResponseQueueAndSeveralMakeTheirOwn() {
    assertThat(TestStacks.usual().output("ResponseQueueUrl"))
        .hasValueSatisfying(url -> assertThat(url).endsWith("/argus-responses"));
    assertThat(TestStacks.whole().output("ResponseQueueUrl")).isEmpty();
    assertThat(TestStacks.whole().find("ResponseQueue")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void noRoleHasAWildcardWhereANameCanStand(Stack stack) {
    for (Resource role : stack.ofType("AWS::IAM::Role")) {
      assertThat(role.properties()).doesNotContainKeys("ManagedPolicyArns", "Policies");
      for (Statement statement : Policies.of(stack, role.name()).own()) {
        if (!statement.allows()) {
          continue;
        }
        assertThat(statement.notActions()).isFalse();
        assertThat(statement.actions()).noneMatch(action -> action.contains("*"));
        if (statement.resources().contains("*")) {
          assertThat(WITHOUT_RESOURCE).containsAll(statement.actions());
          assertThat(map(statement.conditions().get("StringEquals")))
              .containsEntry("aws:RequestedRegion", Stack.REGION);
        }
      }
      assertThat(role.properties().get("AssumeRolePolicyDocument").toString())
          .contains("ec2.amazonaws.com");
    }
  }

  /** IAM counts all inline policies of a role, without white space. */
  @Test
  void policiesFitIntoARoleWithTheLongestNames() {
    Stack stack =
        TestStacks.with(
            Map.of(
                "Prefix", "a".repeat(27),
                "SessionManager", "true",
                "AppInstanceTypes", "c7i.large,c6i.large,m6i.large,m7i.large,c5.large,m5.large"));
    for (Resource role : stack.ofType("AWS::IAM::Role")) {
      String text = Policies.documents(stack, role.name()).toString().replaceAll("\\s", "");
      assertThat(text.length()).as(role.name()).isLessThan(10_240 * 9 / 10);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void webNodesAreAGroupThatReplacesThem(String nodes) {
    Map<String, String> parameters =
        nodes.equals("1")
            ? Map.of()
            : Map.of("WebNodes", nodes, "CertificateArn", TestStacks.CERTIFICATE);
    Map<String, Object> group = TestStacks.with(parameters).get("WebGroup").properties();
    assertThat(group).containsEntry("MinSize", nodes).containsEntry("MaxSize", nodes);
    assertThat(group).containsEntry("HealthCheckType", nodes.equals("1") ? "EC2" : "ELB");
    assertThat(group)
        .containsEntry("VPCZoneIdentifier", List.of(ArgusCalls.SUBNET, ArgusCalls.OTHER_SUBNET));
    assertThat(map(group.get("LaunchTemplate"))).containsEntry("Version", "7");
    assertThat(tags(group.get("Tags"))).containsEntry("Name", "web-instance");
  }

  @Test
  void anUpdateWaitsForEachNewWebNodeAndIsTakenBackIfItDoesNotAnswer() throws IOException {
    Stack stack = TestStacks.usual();
    Map<String, Object> rolling =
        map(
            map(stack.get("WebGroup").attributes().get("UpdatePolicy"))
                .get("AutoScalingRollingUpdate"));
    assertThat(rolling)
        .containsEntry("WaitOnResourceSignals", true)
        .containsEntry("PauseTime", "PT15M"); // as long as an install may take
    assertThat(WebUserData.of(stack).text())
        .contains("export ARGUS_INSTALL_STACK='" + Stack.NAME + "'\n")
        .contains("shutdown -h +15 ");
    assertThat(Files.readString(Path.of("deploy/signal-update.sh")))
        .contains("--logical-resource-id WebGroup ");
  }

  @Test
  void theLoadBalancerServesHttpsAndWaitsLongerThanClientsDo() {
    Stack stack = TestStacks.whole();
    Map<String, String> attributes =
        keyed(stack.get("LoadBalancer").properties().get("LoadBalancerAttributes"));
    assertThat(Integer.parseInt(attributes.get("idle_timeout.timeout_seconds")))
        .isGreaterThan(
            (int) WebUserData.of(stack).settings().web().requests().deadline().toSeconds())
        .isLessThan(
            (int)
                WebUserData.of(stack)
                    .settings()
                    .web()
                    .connections()
                    .requestIdleTimeout()
                    .toSeconds());
    assertThat(attributes).containsEntry("routing.http.drop_invalid_header_fields.enabled", "true");
    assertThat(stack.get("HttpsListener").properties())
        .containsEntry("Protocol", "HTTPS")
        .hasEntrySatisfying(
            "SslPolicy", policy -> assertThat(policy.toString()).contains("TLS13-1-2"));
    assertThat(stack.get("HttpListener").properties().get("DefaultActions").toString())
        .contains("redirect", "HTTPS");
    assertThat(stack.get("TargetGroup").properties())
        .containsEntry("HealthCheckPath", "/livez")
        .containsEntry("Port", 8000);
    assertThat(stack.output("Url"))
        .hasValueSatisfying(url -> assertThat(url).startsWith("https://"));
    assertThat(TestStacks.usual().ofType("AWS::ElasticLoadBalancingV2::LoadBalancer")).isEmpty();
  }

  @Test
  void alarmsWatchDeadLettersTheOldestMessageAndTheWebNodes() {
    assertThat(TestStacks.usual().ofType("AWS::CloudWatch::Alarm"))
        .extracting(alarm -> alarm.properties().get("AlarmName"))
        .containsExactly("argus-dead-letters", "argus-oldest-message", "argus-no-web-node")
        .isEqualTo(
            TestStacks.whole().ofType("AWS::CloudWatch::Alarm").stream()
                .map(alarm -> alarm.properties().get("AlarmName"))
                .toList());
    Map<String, Object> dead = TestStacks.usual().get("DeadLetterAlarm").properties();
    assertThat(dead.get("Metrics").toString())
        .contains("ApproximateNumberOfMessagesVisible", "argus-requests-dead");
    assertThat(dead).containsEntry("Threshold", 0);
    Map<String, Object> oldest = TestStacks.usual().get("OldestMessageAlarm").properties();
    assertThat(oldest).containsEntry("MetricName", "ApproximateAgeOfOldestMessage");
    assertThat(oldest)
        .containsEntry(
            "Threshold",
            (int)
                WebUserData.of(TestStacks.usual())
                    .settings()
                    .web()
                    .requests()
                    .deadline()
                    .toSeconds());
  }

  @Test
  void theAlarmForTheOneWebNodeCountsItsChecks() {
    Map<String, Object> filter = TestStacks.usual().get("WebNodeChecks").properties();
    Map<String, Object> metric = map(list(filter.get("MetricTransformations")).get(0));
    assertThat(TestStacks.usual().get("NoWebNodeAlarm").properties())
        .containsEntry("Namespace", metric.get("MetricNamespace"))
        .containsEntry("MetricName", metric.get("MetricName"));
  }

  @Test
  void alarmsAreMailedOnlyIfAnAddressIsGiven() {
    for (Resource alarm : TestStacks.usual().ofType("AWS::CloudWatch::Alarm")) {
      assertThat(alarm.properties()).doesNotContainKey("AlarmActions");
    }
    assertThat(TestStacks.usual().ofType("AWS::SNS::Topic")).isEmpty();
    Stack mailed = TestStacks.whole();
    for (Resource alarm : mailed.ofType("AWS::CloudWatch::Alarm")) {
      assertThat(alarm.properties())
          .containsEntry("AlarmActions", List.of(PhysicalName.of(mailed.get("AlarmTopic"))));
    }
    Statement policy =
        Statement.of(mailed.get("AlarmTopicPolicy").properties().get("PolicyDocument")).get(0);
    String alarm = "arn:aws:cloudwatch:" + Stack.REGION + ":" + Stack.ACCOUNT + ":alarm:";
    Call publish =
        new Call(
            "sns:Publish",
            PhysicalName.of(mailed.get("AlarmTopic")),
            Context.of(
                Map.of(
                    "aws:SourceAccount", List.of(Stack.ACCOUNT),
                    "aws:SourceArn", List.of(alarm + "argus-dead-letters"))));
    assertThat(policy.matches(publish)).isTrue();
    assertThat(policy.matches(publish.with("aws:SourceArn", alarm + "other"))).isFalse();
    assertThat(policy.matches(publish.with("aws:SourceAccount", "999999999999"))).isFalse();
  }

  @Test
  void outputsSayWhatOthersNeedToKnow() {
    Stack stack = TestStacks.usual();
    assertThat(stack.output("RequestQueueUrl").orElseThrow()).endsWith("/argus-requests");
    assertThat(stack.output("DeadLetterQueueUrl").orElseThrow()).endsWith("/argus-requests-dead");
    assertThat(stack.output("InputBucket")).contains(bucket("argus-input"));
    assertThat(stack.output("OutputBucket")).contains(bucket("argus-output"));
    assertThat(stack.output("StateBucket")).contains(bucket("argus-state"));
    assertThat(stack.output("AppLaunchTemplate").orElseThrow()).startsWith("lt-");
    assertThat(stack.output("WebLogGroup")).contains("/argus/argus/web");
    assertThat(stack.output("AppLogGroup")).contains("/argus/argus/app");
    assertThat(stack.output("UserTokenParameter")).contains("/argus/argus/user-token");
    assertThat(stack.output("OperatorTokenParameter")).contains("/argus/argus/operator-token");
    assertThat(stack.output("WebGroup")).contains("argus-web");
    assertThat(stack.output("Url")).isEmpty();
  }

  private static String bucket(String name) {
    return name + "-" + Stack.ACCOUNT + "-" + Stack.REGION;
  }

  private static List<Map<String, Object>> ingress(Stack stack, String group) {
    String id = PhysicalName.attribute(stack.get(group), "GroupId");
    Stream<Object> inline =
        list(stack.get(group).properties().getOrDefault("SecurityGroupIngress", List.of()))
            .stream();
    Stream<Map<String, Object>> separate =
        stack.ofType("AWS::EC2::SecurityGroupIngress").stream()
            .map(Resource::properties)
            .filter(rule -> id.equals(rule.get("GroupId")));
    return Stream.concat(inline.map(Template::map), separate).toList();
  }

  private static Object from(Map<String, Object> rule) {
    return Optional.ofNullable(rule.get("CidrIp")).orElse(rule.get("SourceSecurityGroupId"));
  }

  private static Map<String, String> tags(Object tags) {
    return tags == null ? Map.of() : keyed(tags);
  }

  private static Map<String, String> keyed(Object items) {
    Map<String, String> all = new TreeMap<>();
    list(items)
        .forEach(
            item -> all.put(map(item).get("Key").toString(), map(item).get("Value").toString()));
    return all;
  }
}
