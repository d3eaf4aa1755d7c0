package dev.argus.stack;

import static dev.argus.stack.Template.list;
import static dev.argus.stack.Template.map;
import static dev.argus.stack.Template.texts;

import dev.argus.aws.AwsClients;
import dev.argus.aws.AwsEnvironment;
import dev.argus.aws.Ec2Fleet;
import dev.argus.config.ArgusSettings;
import dev.argus.config.Ec2Settings;
import dev.argus.localaws.Credentials;
import dev.argus.localaws.Ec2Options;
import dev.argus.localaws.EmbeddedEc2;
import dev.argus.ports.Fleet;
import dev.argus.ports.Fleet.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.model.HttpTokensState;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateTagSpecificationRequest;
import software.amazon.awssdk.services.ec2.model.RequestLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RunInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * What a web node and an app node of a stack ask EC2 for, recorded against the embedded EC2: with
 * the settings that the stack tells them and from its launch template, nodes are launched in every
 * pool, counted and ended, and one ends itself.
 */
final class RecordedFleet {
  private static final int PATIENCE_SECONDS = 60;
  private static final Map<Ec2Settings, RecordedFleet> ALL = new ConcurrentHashMap<>();

  private final List<SdkRequest> web = Collections.synchronizedList(new ArrayList<>());
  private final List<SdkRequest> app = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Map<String, String>> tags = new ConcurrentHashMap<>();
  private final String appInstance;

  /** Stacks that tell their web nodes the same of EC2 are recorded once. */
  static RecordedFleet of(Stack stack) {
    ArgusSettings settings = WebUserData.of(stack).settings();
    return ALL.computeIfAbsent(settings.ec2(), any -> new RecordedFleet(stack, settings));
  }

  /** The requests of a web node. */
  List<SdkRequest> web() {
    return List.copyOf(web);
  }

  /** The requests of the app node {@link #appInstance}. */
  List<SdkRequest> app() {
    return List.copyOf(app);
  }

  String appInstance() {
    return appInstance;
  }

  /** Those of an instance that was launched. */
  Map<String, String> tags(String instance) {
    return tags.get(instance);
  }

  private RecordedFleet(Stack stack, ArgusSettings settings) {
    Credentials credentials = Credentials.random();
    ActorSystem system = ActorSystem.create("recorded-fleet", settings.config());
    try (EmbeddedEc2 ec2 =
        EmbeddedEc2.start(
            Files.createTempDirectory(Path.of("target"), "ec2-"),
            0,
            credentials,
            Map.of("PATH", System.getenv("PATH")),
            Ec2Options.defaults(),
            Clock.systemUTC())) {
      AwsEnvironment environment = environment(ec2, credentials);
      String template = createTemplate(stack, environment, settings);
      try (AwsClients webClients =
              new AwsClients(environment, settings.aws(), List.of(new Recorder(web, template)));
          AwsClients appClients =
              new AwsClients(environment, settings.aws(), List.of(new Recorder(app, template)))) {
        appInstance =
            live(
                fleet(webClients, settings, system),
                fleet(appClients, settings, system),
                settings.ec2(),
                ec2);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      system.terminate();
    }
  }

  /** Returns which instance ended itself. */
  private static String live(Fleet web, Fleet app, Ec2Settings settings, EmbeddedEc2 ec2) {
    int pools =
        settings.instanceTypes().size() * settings.subnets().size() * settings.purchases().size();
    for (int i = 1; i < pools; i++) {
      ec2.faults().refuseNextLaunches(1); // so that the next launch goes to the next pool
      await(web.launch(i, "refused-" + i).handle((node, refusal) -> refusal));
    }
    Node one = await(web.launch(pools, "one"));
    Node another = await(web.launch(pools + 1, "another"));
    await(web.nodes());
    await(web.terminate(another.id()));
    await(app.nodes());
    await(app.terminate(one.id()));
    return one.id();
  }

  private static Fleet fleet(AwsClients clients, ArgusSettings settings, ActorSystem system) {
    return new Ec2Fleet(
        clients::ec2,
        settings.names().prefix(),
        settings.names().responseQueue(),
        settings.ec2(),
        "#!/bin/bash\nexec tail -f /dev/null\n",
        settings.aws(),
        system);
  }

  /** What the stack's template for app nodes says, but for disks, which nothing here has. */
  private static String createTemplate(
      Stack stack, AwsEnvironment environment, ArgusSettings settings) {
    Map<String, Object> data =
        map(stack.get("AppLaunchTemplate").properties().get("LaunchTemplateData"));
    RequestLaunchTemplateData request =
        RequestLaunchTemplateData.builder()
            .imageId(data.get("ImageId").toString())
            .instanceType(data.get("InstanceType").toString())
            .iamInstanceProfile(
                p -> p.arn(map(data.get("IamInstanceProfile")).get("Arn").toString()))
            .securityGroupIds(texts(data.get("SecurityGroupIds")))
            .instanceInitiatedShutdownBehavior(
                data.get("InstanceInitiatedShutdownBehavior").toString())
            .metadataOptions(o -> o.httpTokens(HttpTokensState.REQUIRED.toString()))
            .tagSpecifications(
                list(data.get("TagSpecifications")).stream()
                    .map(specification -> tagged(map(specification)))
                    .toList())
            .build();
    try (AwsClients clients = new AwsClients(environment, settings.aws())) {
      return clients
          .ec2()
          .createLaunchTemplate(r -> r.launchTemplateName("argus-app").launchTemplateData(request))
          .join()
          .launchTemplate()
          .launchTemplateId();
    }
  }

  private static LaunchTemplateTagSpecificationRequest tagged(Map<String, Object> specification) {
    return LaunchTemplateTagSpecificationRequest.builder()
        .resourceType(specification.get("ResourceType").toString())
        .tags(
            list(specification.get("Tags")).stream()
                .map(Template::map)
                .map(
                    tag ->
                        Tag.builder()
                            .key(tag.get("Key").toString())
                            .value(tag.get("Value").toString())
                            .build())
                .toList())
        .build();
  }

  private static AwsEnvironment environment(EmbeddedEc2 ec2, Credentials credentials) {
    return new AwsEnvironment(
        Region.US_EAST_1, // where the embedded EC2 is; requests do not say it
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(credentials.accessKeyId(), credentials.secretAccessKey())),
        Optional.empty(),
        Optional.empty(),
        Optional.of(ec2.endpoint()));
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /**
   * Keeps each request as it was made; the embedded EC2 knows the template by another id and
   * version.
   */
  private final class Recorder implements ExecutionInterceptor {
    private final List<SdkRequest> requests;
    private final String template;

    Recorder(List<SdkRequest> requests, String template) {
      this.requests = requests;
      this.template = template;
    }

    @Override
    public void beforeExecution(
        Context.BeforeExecution context, ExecutionAttributes executionAttributes) {
      requests.add(context.request());
    }

    @Override
    public SdkRequest modifyRequest(
        Context.ModifyRequest context, ExecutionAttributes executionAttributes) {
      return context.request() instanceof RunInstancesRequest launch
          ? launch.toBuilder()
              .launchTemplate(
                  launch.launchTemplate().toBuilder()
                      .launchTemplateId(template)
                      .version("$Latest")
                      .build())
              .build()
          : context.request();
    }

    @Override
    public void afterExecution(
        Context.AfterExecution context, ExecutionAttributes executionAttributes) {
      SdkResponse response = context.response();
      if (response instanceof RunInstancesResponse launched) {
        launched
            .instances()
            .forEach(
                instance -> {
                  Map<String, String> all = new HashMap<>();
                  instance.tags().forEach(tag -> all.put(tag.key(), tag.value()));
                  tags.put(instance.instanceId(), all);
                });
      }
    }
  }
}
