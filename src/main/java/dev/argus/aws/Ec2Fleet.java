package dev.argus.aws;

import dev.argus.config.AwsSettings;
import dev.argus.config.Ec2Settings;
import dev.argus.ports.Fleet;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Ec2Response;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * {@link Fleet} on EC2: the instances that carry this cluster's tag and an app node's name.
 *
 * <p>Each launch is one RunInstances call for one instance, so that each has a name of its own, and
 * one that fails fails alone. A launch is tried once: the controller tries again, in another pool
 * or later, paced, and shows the reason, which a retry in here would hide. The other calls are
 * retried within the call timeout.
 *
 * <p>Safe for use by many threads.
 */
public final class Ec2Fleet implements Fleet {
  /** The tag that tells the clusters of an account apart; its value is the prefix of all names. */
  public static final String CLUSTER_TAG = "argus:cluster";

  /** The tag that tells where an instance reports to: a response queue. */
  private static final String REPORTS_TO_TAG = "argus:reports-to";

  private static final String NAME_TAG = "Name";
  private static final String NAME_PREFIX = "app-tier-instance-";
  private static final Pattern NAME = Pattern.compile(NAME_PREFIX + "(\\d{1,9})");
  private static final int PAGE_SIZE = 1000;
  // What the SDK says in place of an id that is not there.
  private static final String NO_REQUEST_ID = "UNKNOWN";

  private final Supplier<Ec2AsyncClient> client;
  private final String cluster;
  private final String reportsTo;
  private final Ec2Launcher launcher;
  private final RetryPolicy retry;
  private final ClassicActorSystemProvider system;

  /**
   * @param client asked for at the first call, since a client is slow to build; it must not retry
   *     by itself, see {@link AwsClients#ec2}
   * @param cluster the value of {@link #CLUSTER_TAG}
   * @param reportsTo the response queue that {@code userData} tells a node to report to
   * @param userData what each node runs when it boots, see {@link UserData}
   */
  public Ec2Fleet(
      Supplier<Ec2AsyncClient> client,
      String cluster,
      String reportsTo,
      Ec2Settings settings,
      String userData,
      AwsSettings aws,
      ClassicActorSystemProvider system) {
    this(
        client,
        cluster,
        reportsTo,
        settings,
        userData,
        aws,
        system,
        InstantSource.system(),
        new Random());
  }

  /**
   * @param clock says how long pools rest
   * @param random says it too; used by one thread at a time
   */
  Ec2Fleet(
      Supplier<Ec2AsyncClient> client,
      String cluster,
      String reportsTo,
      Ec2Settings settings,
      String userData,
      AwsSettings aws,
      ClassicActorSystemProvider system,
      InstantSource clock,
      RandomGenerator random) {
    this.retry = RetryPolicy.of(aws);
    this.system = system;
    this.client = client;
    this.cluster = cluster;
    this.reportsTo = reportsTo;
    String parameters = String.join("\n", settings.toString(), cluster, reportsTo, userData);
    this.launcher =
        new Ec2Launcher(
            client,
            settings,
            Base64.getEncoder().encodeToString(userData.getBytes(StandardCharsets.UTF_8)),
            new LaunchPools(settings, parameters, clock, random),
            clock);
  }

  /** A stopped node is none: Argus never stops one, and it does no work. */
  @Override
  public CompletionStage<List<Node>> nodes() {
    DescribeInstancesRequest firstPage =
        DescribeInstancesRequest.builder()
            .maxResults(PAGE_SIZE)
            .filters(
                filter("tag:" + CLUSTER_TAG, cluster),
                filter("tag:" + NAME_TAG, NAME_PREFIX + "*"),
                filter("instance-state-name", "pending", "running", "shutting-down", "stopping"))
            .build();
    return retried(() -> pages(firstPage, new ArrayList<>()));
  }

  private CompletionStage<List<Node>> pages(DescribeInstancesRequest request, List<Node> found) {
    return client
        .get()
        .describeInstances(request)
        .thenCompose(
            page -> {
              checkThatEc2Answers(page);
              collect(page, found);
              return page.nextToken() == null || page.nextToken().isEmpty()
                  ? CompletableFuture.completedFuture(List.copyOf(found))
                  : pages(request.toBuilder().nextToken(page.nextToken()).build(), found);
            });
  }

  private static void collect(DescribeInstancesResponse page, List<Node> found) {
    page.reservations().stream()
        .flatMap(reservation -> reservation.instances().stream())
        .forEach(instance -> node(instance).ifPresent(found::add));
  }

  @Override
  public Pool pool(String clientToken) {
    LaunchPool pool = launcher.pool(clientToken);
    return new Pool(pool.id(), pool.name());
  }

  @Override
  public CompletionStage<Node> launch(int number, String clientToken) {
    return Failures.plain(
        launcher.launch(tags(number), clientToken).thenApply(instance -> node(instance, number)));
  }

  @Override
  public CompletionStage<Done> terminate(String id) {
    return retried(
        () ->
            client
                .get()
                .terminateInstances(request -> request.instanceIds(id))
                .thenApply(
                    response -> {
                      checkThatEc2Answers(response);
                      return Done.getInstance();
                    }));
  }

  /** Any page of HTML reads as an empty fleet, and then as many nodes would be launched again. */
  private static void checkThatEc2Answers(Ec2Response response) {
    if (response.responseMetadata().requestId().equals(NO_REQUEST_ID)) {
      throw new IllegalStateException(
          "expected an answer of EC2 with its requestId, found one of something else; check"
              + " AWS_ENDPOINT_URL_EC2 and what lies between here and EC2");
    }
  }

  private <T> CompletionStage<T> retried(Supplier<CompletionStage<T>> call) {
    return Failures.plain(retry.call(system, attempts -> call.get(), Failures::isTransient));
  }

  private List<Tag> tags(int number) {
    return List.of(
        tag(NAME_TAG, NAME_PREFIX + number),
        tag(CLUSTER_TAG, cluster),
        tag(REPORTS_TO_TAG, reportsTo));
  }

  private static Optional<Node> node(Instance instance) {
    return tag(instance, NAME_TAG)
        .map(NAME::matcher)
        .filter(Matcher::matches)
        .map(name -> node(instance, Integer.parseInt(name.group(1))));
  }

  private static Node node(Instance instance, int number) {
    return new Node(
        instance.instanceId(),
        number,
        state(instance.state().name()),
        instance.launchTime(),
        tag(instance, REPORTS_TO_TAG).orElse(""),
        Optional.ofNullable(instance.instanceTypeAsString()).orElse(""),
        // EC2 says nothing of what is bought the usual way.
        Optional.ofNullable(instance.instanceLifecycleAsString()).orElse(ON_DEMAND));
  }

  private static Optional<String> tag(Instance instance, String key) {
    return instance.tags().stream()
        .filter(tag -> tag.key().equals(key))
        .map(Tag::value)
        .findFirst();
  }

  private static State state(InstanceStateName name) {
    return switch (name) {
      case PENDING -> State.PENDING;
      case RUNNING -> State.RUNNING;
      default -> State.SHUTTING_DOWN;
    };
  }

  private static Filter filter(String name, String... values) {
    return Filter.builder().name(name).values(values).build();
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }
}
