package dev.argus.stack;

import static dev.argus.stack.Template.list;
import static dev.argus.stack.Template.map;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.aws.BucketLifecycle;
import dev.argus.aws.QueueSetup;
import dev.argus.config.ArgusSettings;
import dev.argus.config.ClientRateSettings;
import dev.argus.config.NamesSettings;
import dev.argus.ports.RetentionRule;
import dev.argus.stack.Stack.Resource;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.PutBucketLifecycleConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutBucketLifecycleConfigurationResponse;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.CreateQueueRequest;
import software.amazon.awssdk.services.sqs.model.CreateQueueResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.SetQueueAttributesResponse;

/** The stack and Argus's own settings and set-up say the same. */
class SettingsTest {
  /** Receives after which SQS itself gives a message up, as `argus local` sets it. */
  private static final int REDRIVE_AFTER_RECEIVES = 1000;

  /** A limit of EC2, before base64. */
  private static final int MAX_USER_DATA_BYTES = 16 * 1024;

  private static final Path SCRIPT = Path.of("deploy/user-data.sh");

  static List<String> daysOfPhotos() {
    Map<String, Object> parameters = Template.argus().section("Parameters");
    return Template.texts(map(parameters.get("PhotoRetentionDays")).get("AllowedValues"));
  }

  static Stream<Stack> stacks() {
    return Stream.of(TestStacks.usual(), TestStacks.whole());
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void theWebNodeIsToldOnlySettingsThatThereAre(Stack stack) {
    WebUserData userData = WebUserData.of(stack);
    assertThat(userData.settings().unknownIn(userData.environment()))
        .as("without a setting of that name")
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void theWebNodeIsToldTheNamesOfTheStack(Stack stack) {
    NamesSettings names = WebUserData.of(stack).settings().names();
    assertThat(names.prefix()).isEqualTo("argus");
    assertThat(names.inputBucket()).isEqualTo(stack.output("InputBucket").orElseThrow());
    assertThat(names.outputBucket()).isEqualTo(stack.output("OutputBucket").orElseThrow());
    assertThat(names.stateBucket()).isEqualTo(stack.output("StateBucket").orElseThrow());
    assertThat(stack.output("RequestQueueUrl").orElseThrow()).endsWith("/" + names.requestQueue());
    assertThat(stack.output("DeadLetterQueueUrl").orElseThrow())
        .endsWith("/" + names.deadLetterQueue());
    assertThat(names.responseQueue())
        .isEqualTo(
            stack
                .output("ResponseQueueUrl")
                .map(url -> url.substring(url.lastIndexOf('/') + 1))
                .orElse("argus-responses-" + ArgusCalls.WEB_INSTANCE));
  }

  @Test
  void theWebNodeIsToldTheParameters() {
    Stack stack =
        TestStacks.with(
            Map.of(
                "MaxWorkers", "7",
                "MinWorkers", "2",
                "Purchase", "spot",
                "AppInstanceTypes", "c7i.large,m7i.large"));
    WebUserData userData = WebUserData.of(stack);
    ArgusSettings settings = userData.settings();
    assertThat(settings.scaling().maxWorkers()).isEqualTo(7);
    assertThat(settings.worker().minWorkers()).isEqualTo(2);
    assertThat(settings.web().connections().port()).isEqualTo(8000);
    assertThat(userData.environment())
        .containsEntry("ARGUS_EC2_LAUNCH_TEMPLATE", stack.output("AppLaunchTemplate").orElseThrow())
        .containsEntry("ARGUS_EC2_INSTANCE_TYPES", "c7i.large,m7i.large")
        .containsEntry("ARGUS_EC2_SUBNETS", ArgusCalls.SUBNET + "," + ArgusCalls.OTHER_SUBNET)
        .containsEntry("ARGUS_EC2_PURCHASE", "spot")
        .containsEntry(
            "ARGUS_INSTALL_RELEASE_URI",
            "s3://"
                + stack.output("ReleaseBucket").orElseThrow()
                + "/releases/argus-0.1.0-0123456789ab.zip")
        .containsEntry("ARGUS_INSTALL_RELEASE_SHA256", "0123456789abcdef".repeat(4));
  }

  /** The defaults of the template are those of the file. */
  @Test
  void withoutParametersTheWebNodeHasTheSettingsOfTheFile() {
    ArgusSettings told = WebUserData.of(TestStacks.usual()).settings();
    ArgusSettings file = ArgusSettings.load(Map.of());
    assertThat(told.retention()).isEqualTo(file.retention());
    assertThat(told.scaling()).isEqualTo(file.scaling());
    assertThat(told.worker()).isEqualTo(file.worker());
  }

  /** All of a team's clients share the one token of the stack, and so the limit of one client. */
  @Test
  void theRateOfOneClientIsMoreThanTheWholeTeamNeeds() {
    ClientRateSettings told = WebUserData.of(TestStacks.usual()).settings().web().clientRates();
    ClientRateSettings file = ArgusSettings.load(Map.of()).web().clientRates();
    assertThat(told.rate()).isGreaterThanOrEqualTo(10 * file.rate());
    assertThat(told.burst()).isGreaterThanOrEqualTo(10 * file.burst());
  }

  @Test
  void theScriptIsTheOneOfTheRelease() throws IOException {
    String script =
        Files.readString(SCRIPT)
            .lines()
            .filter(line -> !line.strip().startsWith("#"))
            .collect(Collectors.joining("\n", "", "\n"));
    assertThat(WebUserData.of(TestStacks.usual()).text())
        .as("the end of UserData in deploy/argus.yaml, against " + SCRIPT)
        .startsWith("#!/bin/bash\n")
        .endsWith("'\n" + script);
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void theUserDataIsOneScriptOfAllowedSize(Stack stack) throws Exception {
    byte[] text = WebUserData.of(stack).text().getBytes(StandardCharsets.UTF_8);
    assertThat(text.length).isLessThanOrEqualTo(MAX_USER_DATA_BYTES);
    Process bash = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
    try (var in = bash.getOutputStream()) {
      in.write(text);
    }
    assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(bash.exitValue())
        .as(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isZero();
  }

  @Test
  void queuesAreAsArgusItselfMakesThem() {
    Stack stack = TestStacks.usual();
    ArgusSettings settings = WebUserData.of(stack).settings();
    Map<String, Map<String, String>> made = new TreeMap<>();
    SqsAsyncClient client =
        Recorder.of(
            SqsAsyncClient.class,
            Map.of(
                CreateQueueRequest.class,
                request -> {
                  String name = ((CreateQueueRequest) request).queueName();
                  made.put(name, new TreeMap<>());
                  return CreateQueueResponse.builder().queueUrl(name).build();
                },
                SetQueueAttributesRequest.class,
                request -> {
                  SetQueueAttributesRequest set = (SetQueueAttributesRequest) request;
                  made.get(set.queueUrl()).putAll(set.attributesAsStrings());
                  return SetQueueAttributesResponse.builder().build();
                },
                GetQueueAttributesRequest.class,
                request ->
                    GetQueueAttributesResponse.builder()
                        .attributes(
                            Map.of(
                                QueueAttributeName.QUEUE_ARN,
                                PhysicalName.attribute(stack.get("DeadLetterQueue"), "Arn")))
                        .build()));
    new QueueSetup(client)
        .create(settings.names(), settings.worker().visibilityTimeout(), REDRIVE_AFTER_RECEIVES)
        .toCompletableFuture()
        .join();

    assertThat(made).hasSize(3);
    Map<String, Map<String, String>> inStack =
        stack.ofType("AWS::SQS::Queue").stream()
            .collect(
                Collectors.toMap(
                    queue -> queue.properties().get("QueueName").toString(),
                    queue -> attributes(queue, made)));
    assertThat(inStack).isEqualTo(made);
  }

  @Test
  void aWebNodesOwnQueueIsAsTheStackWouldMakeIt() {
    Stack stack = TestStacks.usual();
    List<CreateQueueRequest> made = new ArrayList<>();
    SqsAsyncClient client =
        Recorder.of(
            SqsAsyncClient.class,
            Map.of(
                GetQueueUrlRequest.class,
                request -> {
                  throw QueueDoesNotExistException.builder().build();
                },
                CreateQueueRequest.class,
                request -> {
                  made.add((CreateQueueRequest) request);
                  return CreateQueueResponse.builder().queueUrl("any").build();
                }));
    ArgusSettings settings = WebUserData.of(stack).settings();
    new QueueSetup(client)
        .createResponseQueue(
            ArgusCalls.OWN_QUEUE, settings.names().prefix(), settings.worker().visibilityTimeout())
        .toCompletableFuture()
        .join();

    Map<String, Object> inStack = map(stack.get("ResponseQueue").properties());
    CreateQueueRequest request = made.get(0);
    assertThat(request.tags()).containsOnly(Map.entry("argus:cluster", "argus"));
    assertThat(list(inStack.remove("Tags")))
        .containsExactly(Map.of("Key", "argus:cluster", "Value", "argus"));
    inStack.remove("QueueName");
    Map<String, String> attributes = new TreeMap<>(request.attributesAsStrings());
    Object policy =
        new Yaml(new SafeConstructor(new LoaderOptions())).load(attributes.remove("Policy"));
    assertThat(policy).isEqualTo(stack.get("QueuePolicy").properties().get("PolicyDocument"));
    inStack.replaceAll((name, value) -> value.toString());
    assertThat(attributes).isEqualTo(inStack);
  }

  /** Those attributes that Argus sets, and all the names that they are set on. */
  private static Map<String, String> attributes(
      Resource queue, Map<String, Map<String, String>> made) {
    Map<String, String> all = new TreeMap<>();
    var names = new TreeSet<String>();
    made.values().forEach(attributes -> names.addAll(attributes.keySet()));
    for (String name : names) {
      Object value = queue.properties().get(name);
      if (value != null) {
        all.put(name, value instanceof Map<?, ?> policy ? json(policy) : value.toString());
      }
    }
    return all;
  }

  private static String json(Map<?, ?> redrivePolicy) {
    return "{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":%s}"
        .formatted(redrivePolicy.get("deadLetterTargetArn"), redrivePolicy.get("maxReceiveCount"));
  }

  @ParameterizedTest
  @MethodSource("daysOfPhotos")
  void bucketsExpireAsArgusItselfWouldHaveThem(String days) {
    Stack stack = TestStacks.with(Map.of("PhotoRetentionDays", days));
    ArgusSettings settings = WebUserData.of(stack).settings();
    assertThat(settings.retention().photos().toDays()).isEqualTo(Long.parseLong(days));
    Map<String, List<String>> wanted = new TreeMap<>();
    S3AsyncClient client =
        Recorder.of(
            S3AsyncClient.class,
            Map.of(
                PutBucketLifecycleConfigurationRequest.class,
                request -> {
                  var put = (PutBucketLifecycleConfigurationRequest) request;
                  wanted.put(
                      put.bucket(),
                      put.lifecycleConfiguration().rules().stream()
                          .map(SettingsTest::inWords)
                          .sorted()
                          .toList());
                  return PutBucketLifecycleConfigurationResponse.builder().build();
                }));
    new BucketLifecycle(client)
        .apply(RetentionRule.of(settings.retention(), settings.names()))
        .toCompletableFuture()
        .join();

    assertThat(wanted).hasSize(3);
    Map<String, List<String>> inStack = new TreeMap<>();
    for (String bucket : List.of("InputBucket", "OutputBucket", "StateBucket")) {
      Map<String, Object> properties = stack.get(bucket).properties();
      inStack.put(
          properties.get("BucketName").toString(),
          list(map(properties.get("LifecycleConfiguration")).get("Rules")).stream()
              .map(Template::map)
              .filter(rule -> rule.containsKey("ExpirationInDays"))
              .map(SettingsTest::inWords)
              .sorted()
              .toList());
    }
    assertThat(inStack).isEqualTo(wanted);
  }

  private static String inWords(LifecycleRule rule) {
    return inWords(rule.id(), rule.filter().prefix(), rule.expiration().days());
  }

  private static String inWords(Map<String, Object> rule) {
    return inWords(rule.get("Id"), rule.getOrDefault("Prefix", ""), rule.get("ExpirationInDays"));
  }

  private static String inWords(Object id, Object prefix, Object days) {
    return id + ": " + prefix + "* after " + days + " days";
  }

  /** An SDK client that answers requests with what a function makes of them. */
  private static final class Recorder {
    static <C> C of(Class<C> client, Map<Class<?>, Function<Object, Object>> answers) {
      return client.cast(
          Proxy.newProxyInstance(
              client.getClassLoader(),
              new Class<?>[] {client},
              (proxy, method, arguments) -> {
                Object request = arguments == null ? null : arguments[0];
                if (request != null && answers.containsKey(request.getClass())) {
                  return CompletableFuture.completedFuture(request)
                      .thenApply(answers.get(request.getClass()));
                }
                return InvocationHandler.invokeDefault(proxy, method, arguments);
              }));
    }
  }
}
