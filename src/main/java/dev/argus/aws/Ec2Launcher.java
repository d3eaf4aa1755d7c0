package dev.argus.aws;

import dev.argus.config.Ec2Settings;
import dev.argus.config.Purchase;
import dev.argus.ports.Completions;
import dev.argus.ports.LaunchFailedException;
import dev.argus.ports.NoCapacityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.HttpTokensState;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceInterruptionBehavior;
import software.amazon.awssdk.services.ec2.model.MarketType;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.ShutdownBehavior;
import software.amazon.awssdk.services.ec2.model.SpotInstanceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/**
 * Launches one node at a time, each with one RunInstances call in one pool.
 *
 * <p>From a launch template only what differs from node to node is sent: pool, tags, token and user
 * data. So a policy can allow launches from that template alone. Without one everything is sent.
 *
 * <p>A token that is called once more after a call whose end nobody knows may go to another pool
 * than it names, when that one rests, or when it was named by another web node or with other
 * settings: EC2 starts one node for one token all the same. But then a refusal proves nothing, so
 * only that by the pool which the token names is told as one. Thread-safe.
 */
final class Ec2Launcher {
  /** A container on the node must not reach the node's credentials. */
  private static final int METADATA_HOPS = 1;

  private final Supplier<Ec2AsyncClient> client;
  private final Ec2Settings settings;
  private final String userData;
  private final LaunchPools pools;
  private final InstantSource clock;

  /**
   * @param userData in base64
   */
  Ec2Launcher(
      Supplier<Ec2AsyncClient> client,
      Ec2Settings settings,
      String userData,
      LaunchPools pools,
      InstantSource clock) {
    this.client = client;
    this.settings = settings;
    this.userData = userData;
    this.pools = pools;
    this.clock = clock;
  }

  /** Where a launch with that token goes. */
  LaunchPool pool(String clientToken) {
    return pools.of(clientToken).filter(pools::gives).orElseGet(pools::next);
  }

  /** Starts one instance with these tags; fails as {@link dev.argus.ports.Fleet#launch} does. */
  CompletionStage<Instance> launch(List<Tag> tags, String clientToken) {
    LaunchPool pool = pool(clientToken);
    Instant calledAt = clock.instant();
    return client
        .get()
        .runInstances(request(tags, clientToken, pool))
        .thenApply(
            response -> {
              Instance instance = response.instances().get(0);
              pools.launched(pool);
              return instance;
            })
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    explained(Completions.cause(failure), clientToken, pool, calledAt)));
  }

  private RunInstancesRequest request(List<Tag> tags, String clientToken, LaunchPool pool) {
    RunInstancesRequest.Builder request =
        RunInstancesRequest.builder()
            .instanceType(pool.instanceType())
            .minCount(1)
            .maxCount(1)
            .clientToken(clientToken)
            .userData(userData)
            .tagSpecifications(tagSpecifications(tags, pool));
    if (!pool.subnet().isEmpty()) {
      request.subnetId(pool.subnet());
    }
    if (pool.purchase() == Purchase.SPOT) {
      request.instanceMarketOptions(
          market ->
              market
                  .marketType(MarketType.SPOT)
                  .spotOptions(
                      spot ->
                          spot.spotInstanceType(SpotInstanceType.ONE_TIME)
                              .instanceInterruptionBehavior(
                                  InstanceInterruptionBehavior.TERMINATE)));
    }
    if (settings.launchTemplate().isEmpty()) {
      describeNode(request);
    } else {
      request.launchTemplate(
          template ->
              template
                  .launchTemplateId(settings.launchTemplate())
                  .version(settings.launchTemplateVersion()));
    }
    return request.build();
  }

  /**
   * The request for a spot instance has only the cluster's tag, and has it from here: a launch
   * template that tags such requests launches nothing but spot instances.
   */
  private static List<TagSpecification> tagSpecifications(List<Tag> tags, LaunchPool pool) {
    List<TagSpecification> all = new ArrayList<>();
    all.add(TagSpecification.builder().resourceType(ResourceType.INSTANCE).tags(tags).build());
    if (pool.purchase() == Purchase.SPOT) {
      all.add(
          TagSpecification.builder()
              .resourceType(ResourceType.SPOT_INSTANCES_REQUEST)
              .tags(tags.stream().filter(tag -> tag.key().equals(Ec2Fleet.CLUSTER_TAG)).toList())
              .build());
    }
    return all;
  }

  /** What a launch template would say. */
  private void describeNode(RunInstancesRequest.Builder request) {
    request
        .imageId(settings.imageId())
        .instanceInitiatedShutdownBehavior(ShutdownBehavior.TERMINATE)
        .metadataOptions(
            o -> o.httpTokens(HttpTokensState.REQUIRED).httpPutResponseHopLimit(METADATA_HOPS));
    if (!settings.instanceProfile().isEmpty()) {
      request.iamInstanceProfile(profile -> profile.name(settings.instanceProfile()));
    }
    if (!settings.securityGroups().isEmpty()) {
      request.securityGroupIds(settings.securityGroups());
    }
  }

  private LaunchFailedException explained(
      Throwable cause, String clientToken, LaunchPool pool, Instant calledAt) {
    if (!(cause instanceof AwsServiceException service)) {
      return new LaunchFailedException(
          cause.getClass().getSimpleName(),
          "EC2 could not be asked to start a node: " + cause.getMessage(),
          cause);
    }
    String code = Failures.code(service);
    String why = code + ": " + detail(service);
    Optional<LaunchRefusal> refusal = LaunchRefusal.of(code);
    boolean another = refusal.isPresent() && pools.refused(pool, refusal.get(), code, calledAt);
    if (refusal.isEmpty() || !pools.of(clientToken).equals(Optional.of(pool))) {
      return new LaunchFailedException(
          code.isEmpty() ? "HTTP " + service.statusCode() : code,
          "EC2 refused to start a node: " + why,
          service);
    }
    String rest = another ? "" : ", and no pool is left: " + pools.resting();
    String advice = refusal.get().advice();
    if (!advice.isEmpty()) {
      why += "; " + advice;
    }
    return new NoCapacityException(
        code, "EC2 has no " + pool.name() + " (" + why + ")" + rest, service, another);
  }

  private static String detail(AwsServiceException failure) {
    return failure.awsErrorDetails() == null || failure.awsErrorDetails().errorMessage() == null
        ? failure.getMessage()
        : failure.awsErrorDetails().errorMessage();
  }
}
