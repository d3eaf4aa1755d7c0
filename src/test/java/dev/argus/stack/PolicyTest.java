package dev.argus.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.argus.config.Ec2Settings;
import dev.argus.stack.ArgusCalls.Made;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;

/** The roles of the stack may make every call that Argus makes, and no other. */
class PolicyTest {
  /** Whose methods are calls of AWS. */
  private static final Set<String> CLIENTS =
      Set.of(
          "org.apache.pekko.stream.connectors.s3.javadsl.S3",
          "software.amazon.awssdk.services.ec2.Ec2AsyncClient",
          "software.amazon.awssdk.services.s3.S3AsyncClient",
          "software.amazon.awssdk.services.sqs.SqsAsyncClient");

  private static final Set<String> NO_CALLS =
      Set.of("Ec2AsyncClient.builder", "S3AsyncClient.builder", "SqsAsyncClient.builder");

  /** What the stack does in place of `argus local`, and what no role may therefore do. */
  private static final Set<String> MADE_BY_THE_STACK =
      Set.of(
          "S3.makeBucketSource",
          "S3AsyncClient.putBucketLifecycleConfiguration",
          "SqsAsyncClient.setQueueAttributes");

  /** How scripts call AWS. */
  private static final Pattern COMMAND = Pattern.compile("\\baws ([a-z0-9]+) ([a-z-]+)");

  private final Stack stack = TestStacks.usual();
  private final Stack withSpot = TestStacks.with(Map.of("Purchase", "spot-then-on-demand"));
  private final Policies web = Policies.of(stack, "WebRole");
  private final Policies app = Policies.of(stack, "AppRole");

  @TestFactory
  Stream<DynamicTest> everyCallIsAllowed() {
    Policies webWithSpot = Policies.of(withSpot, "WebRole");
    return Stream.of(
            ArgusCalls.ofWebNode(stack).stream().map(made -> allowed("web node", web, made)),
            ArgusCalls.ofWebNode(withSpot).stream()
                .filter(made -> made.by().startsWith("Ec2"))
                .map(made -> allowed("web node that buys spot", webWithSpot, made)),
            ArgusCalls.ofAppNode(stack).stream().map(made -> allowed("app node", app, made)))
        .flatMap(Function.identity());
  }

  private static DynamicTest allowed(String who, Policies policies, Made made) {
    return DynamicTest.dynamicTest(
        who + ": " + made.by() + " on " + made.call().resource(),
        () -> assertThat(policies.allow(made.call())).as(made.toString()).isTrue());
  }

  @Test
  void whatIsAllowedIsUsed() {
    assertThatAllIsUsed(web, ArgusCalls.ofWebNode(stack));
    assertThatAllIsUsed(app, ArgusCalls.ofAppNode(stack));
    assertThatAllIsUsed(Policies.of(withSpot, "WebRole"), ArgusCalls.ofWebNode(withSpot));
  }

  /** Else some subnet, type or way to buy would be allowed to nobody's knowledge, or refused. */
  @Test
  void launchesAreRecordedInEveryPool() {
    for (Stack each : List.of(stack, withSpot)) {
      Ec2Settings settings = WebUserData.of(each).settings().ec2();
      assertThat(
              RecordedFleet.of(each).web().stream()
                  .filter(RunInstancesRequest.class::isInstance)
                  .map(RunInstancesRequest.class::cast)
                  .map(
                      launch ->
                          List.of(
                              launch.instanceTypeAsString(),
                              launch.subnetId(),
                              launch.instanceMarketOptions() != null))
                  .distinct())
          .hasSize(
              settings.instanceTypes().size()
                  * settings.subnets().size()
                  * settings.purchases().size());
    }
  }

  @Test
  void spotInstancesAreRequestedOnlyAsThisClustersAndOnlyWhereTheyAreWanted() {
    List<Call> requests =
        ArgusCalls.ofLaunch(withSpot).stream()
            .filter(call -> call.resource().contains("spot-instances-request"))
            .toList();
    assertThat(requests)
        .extracting(Call::action)
        .containsExactlyInAnyOrder("ec2:RunInstances", "ec2:CreateTags");
    Policies buysSpot = Policies.of(withSpot, "WebRole");
    assertThat(requests).allMatch(buysSpot::allow).noneMatch(web::allow).noneMatch(app::allow);
    String tag = "aws:RequestTag/argus:cluster";
    assertThat(requests)
        .noneMatch(call -> buysSpot.allow(call.without(tag)))
        .noneMatch(call -> buysSpot.allow(call.with(tag, "other")))
        .anyMatch(call -> !buysSpot.allow(call.with("aws:TagKeys", "argus:cluster", "admin")));
  }

  @Test
  void queuesAreCreatedOnlyAsThisClustersAndAsWebNodesOwn() {
    String tag = "aws:RequestTag/argus:cluster";
    assertThat(ArgusCalls.ofCreation(stack, ArgusCalls.OWN_QUEUE))
        .hasSize(2)
        .allMatch(web::allow)
        .noneMatch(app::allow)
        .noneMatch(call -> web.allow(call.without(tag)))
        .noneMatch(call -> web.allow(call.with(tag, "other")))
        .noneMatch(call -> web.allow(call.with("aws:TagKeys", "argus:cluster", "admin")));
    for (String name : List.of("argus-responses", "argus-responses-x", "argus-requests", "x")) {
      assertThat(ArgusCalls.ofCreation(stack, name)).noneMatch(web::allow);
    }
  }

  @Test
  void theShellIsThereOnlyWhereItIsWanted() {
    Stack withShell = TestStacks.with(Map.of("SessionManager", "true"));
    for (String role : List.of("WebRole", "AppRole")) {
      List<Made> calls = ArgusCalls.ofShell(withShell, ArgusCalls.APP_INSTANCE);
      List<Made> others =
          role.equals("WebRole")
              ? ArgusCalls.ofWebNode(withShell)
              : ArgusCalls.ofAppNode(withShell);
      assertThat(calls).allMatch(made -> Policies.of(withShell, role).allow(made.call()));
      assertThat(calls).noneMatch(made -> Policies.of(stack, role).allow(made.call()));
      assertThatAllIsUsed(
          Policies.of(withShell, role), Stream.of(others, calls).flatMap(List::stream).toList());
    }
  }

  /** Every action and every resource of every statement, so that none is left over. */
  static void assertThatAllIsUsed(Policies policies, List<Made> made) {
    List<String> unused = new ArrayList<>();
    for (Statement statement : policies.own().stream().filter(Statement::allows).toList()) {
      List<Call> calls = made.stream().map(Made::call).filter(statement::matches).toList();
      for (String action : statement.actions()) {
        if (calls.stream().noneMatch(call -> action.equals(call.action()))) {
          unused.add(statement.sid() + ": " + action);
        }
      }
      for (String resource : statement.resources()) {
        if (calls.stream().noneMatch(call -> Statement.matchesResource(resource, call))) {
          unused.add(statement.sid() + ": " + resource);
        }
      }
    }
    assertThat(unused).as("allowed, and used by no call").isEmpty();
  }

  @Test
  void noCallOfTheCodeIsMissingFromTheTable() {
    Set<String> inCode =
        classesOfAws().stream()
            .flatMap(
                type ->
                    Stream.<JavaAccess<?>>concat(
                        type.getMethodCallsFromSelf().stream(),
                        type.getMethodReferencesFromSelf().stream()))
            .filter(access -> CLIENTS.contains(access.getTargetOwner().getName()))
            .map(access -> access.getTargetOwner().getSimpleName() + "." + access.getName())
            .filter(method -> !NO_CALLS.contains(method) && !method.endsWith(".close"))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> inTable =
        Stream.concat(ArgusCalls.ofWebNode(stack).stream(), ArgusCalls.ofAppNode(stack).stream())
            .map(Made::by)
            .filter(by -> by.contains("."))
            .collect(Collectors.toCollection(TreeSet::new));
    inTable.addAll(MADE_BY_THE_STACK);
    assertThat(inTable)
        .as("ArgusCalls, which must have what dev.argus.aws calls: then the template must allow it")
        .isEqualTo(inCode);
  }

  /** Without the classes of the SDK, which take seconds to read and of which names are enough. */
  private static JavaClasses classesOfAws() {
    return ArchConfiguration.withThreadLocalScope(
        (Function<ArchConfiguration, JavaClasses>)
            configuration -> {
              configuration.setResolveMissingDependenciesFromClassPath(false);
              return new ClassFileImporter()
                  .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                  .importPackages("dev.argus.aws");
            });
  }

  @Test
  void noCallOfTheScriptsIsMissingFromTheTable() throws IOException {
    Set<String> inTable =
        ArgusCalls.ofWebNode(stack).stream().map(Made::by).collect(Collectors.toSet());
    Set<String> inScripts = new TreeSet<>();
    for (Path directory : List.of(Path.of("deploy"), Path.of("systemd"))) {
      if (Files.isDirectory(directory)) {
        try (Stream<Path> files = Files.walk(directory)) {
          for (Path file : files.filter(PolicyTest::isScript).toList()) {
            COMMAND
                .matcher(Files.readString(file).replaceAll("(?m)^\\s*#.*$", ""))
                .results()
                .map(MatchResult::group)
                .forEach(inScripts::add);
          }
        }
      }
    }
    assertThat(inTable).as("ArgusCalls").containsAll(inScripts);
  }

  private static boolean isScript(Path file) {
    return Files.isRegularFile(file) && !file.toString().endsWith(".yaml");
  }

  @TestFactory
  Stream<DynamicTest> launchesOfAnythingElseAreRefused() {
    return badLaunches().entrySet().stream()
        .map(
            bad ->
                DynamicTest.dynamicTest(
                    bad.getKey(),
                    () -> {
                      List<Call> calls =
                          ArgusCalls.ofLaunch(stack).stream().map(bad.getValue()).toList();
                      assertThat(calls).isNotEqualTo(ArgusCalls.ofLaunch(stack));
                      assertThat(calls).as("all allowed").anyMatch(call -> !web.allow(call));
                      assertThat(calls).as("as an app node").noneMatch(app::allow);
                    }));
  }

  /** What each makes of the calls of a good launch. */
  private Map<String, UnaryOperator<Call>> badLaunches() {
    String otherTemplate = arn("ec2", "launch-template/lt-0123456789abcdef0");
    String adminProfile = "arn:aws:iam::" + Stack.ACCOUNT + ":instance-profile/admin";
    return Map.ofEntries(
        Map.entry(
            "from another launch template",
            call ->
                new Call(
                        call.action(),
                        call.resource().contains("launch-template")
                            ? otherTemplate
                            : call.resource(),
                        call.context())
                    .with("ec2:LaunchTemplate", otherTemplate)),
        Map.entry("without a launch template", call -> call.without("ec2:LaunchTemplate")),
        Map.entry(
            "of another image",
            only("image/", c -> c.with("ec2:IsLaunchTemplateResource", "false"))),
        Map.entry(
            "in another security group",
            only("security-group/", c -> on(c, arn("ec2", "security-group/sg-0default")))),
        Map.entry(
            "in this security group, but not by the template",
            only("security-group/", c -> c.with("ec2:IsLaunchTemplateResource", "false"))),
        Map.entry(
            "in another subnet",
            only(
                "subnet/",
                c ->
                    on(c, arn("ec2", "subnet/subnet-0public"))
                        .with("ec2:SubnetID", "subnet-0public"))),
        Map.entry(
            "of another type",
            only("RunInstances instance/", c -> c.with("ec2:InstanceType", "p5.48xlarge"))),
        Map.entry(
            "with another profile",
            only("RunInstances instance/", c -> c.with("ec2:InstanceProfile", adminProfile))),
        Map.entry(
            "without a profile",
            only("RunInstances instance/", c -> c.without("ec2:InstanceProfile"))),
        Map.entry(
            "with version 1 of the metadata service",
            only("RunInstances instance/", c -> c.with("ec2:MetadataHttpTokens", "optional"))),
        Map.entry("without a tag", call -> call.without("aws:RequestTag/argus:cluster")),
        Map.entry(
            "as another cluster's", call -> call.with("aws:RequestTag/argus:cluster", "other")),
        Map.entry(
            "as a web node",
            only("instance/", call -> call.with("aws:RequestTag/Name", "web-instance"))),
        Map.entry("without a name", only("instance/", call -> call.without("aws:RequestTag/Name"))),
        Map.entry(
            "with a tag more",
            only("instance/", call -> call.with("aws:TagKeys", "Name", "argus:cluster", "admin"))),
        Map.entry(
            "with the web node's role",
            only("PassRole", c -> on(c, PhysicalName.attribute(stack.get("WebRole"), "Arn")))),
        Map.entry(
            "with an administrator's role",
            only("PassRole", c -> on(c, "arn:aws:iam::" + Stack.ACCOUNT + ":role/admin"))));
  }

  private static UnaryOperator<Call> only(String which, UnaryOperator<Call> change) {
    return call -> {
      String name = call.action() + " " + call.resource().replaceAll(".*:", "");
      return name.contains(which) ? change.apply(call) : call;
    };
  }

  private static Call on(Call call, String resource) {
    return new Call(call.action(), resource, call.context());
  }

  @TestFactory
  Stream<DynamicTest> whatNoRoleMayDoIsRefused() {
    return Stream.concat(
        Stream.concat(RefusedCalls.ofBoth(stack), RefusedCalls.ofWebNode(stack))
            .map(call -> refused("web node", web, call)),
        Stream.concat(RefusedCalls.ofBoth(stack), RefusedCalls.ofAppNode(stack))
            .map(call -> refused("app node", app, call)));
  }

  private static DynamicTest refused(String who, Policies policies, Call call) {
    return DynamicTest.dynamicTest(
        who + ": " + call, () -> assertThat(policies.allow(call)).as(call.toString()).isFalse());
  }

  /** By the queue or bucket itself, for whoever calls, and by the roles for any other. */
  @Test
  void plainHttpIsRefused() {
    assertThatPlainHttpIsDenied(web, ArgusCalls.ofWebNode(stack));
    assertThatPlainHttpIsDenied(app, ArgusCalls.ofAppNode(stack));
  }

  private static void assertThatPlainHttpIsDenied(Policies role, List<Made> calls) {
    for (Made made : calls) {
      Call plain = made.call().with("aws:SecureTransport", "false");
      boolean carriesPhotos = plain.action().startsWith("s3:") || plain.action().startsWith("sqs:");
      assertThat(role.deny(plain)).as(plain.toString()).isEqualTo(carriesPhotos);
      // The queues of several web nodes are not of the stack: SettingsTest has their policy.
      if (carriesPhotos && !plain.resource().contains("-responses-")) {
        assertThat(role.onlyOfResources().deny(plain)).as("anybody: %s", plain).isTrue();
      }
      assertThat(role.onlyOfResources().deny(made.call())).isFalse();
    }
  }

  private static String arn(String service, String rest) {
    return "arn:aws:%s:%s:%s:%s".formatted(service, Stack.REGION, Stack.ACCOUNT, rest);
  }
}
