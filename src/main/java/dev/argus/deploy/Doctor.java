package dev.argus.deploy;

import dev.argus.config.ArgusSettings;
import dev.argus.deploy.Services.Service;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudformation.model.StackResourceSummary;

/**
 * Looks at a cluster and all it needs on AWS, changes nothing, and says what is to be done.
 *
 * <p>Only the round trip of a photo does more than look: it has the cluster recognise one, which
 * may start an app node.
 */
public final class Doctor {
  private final Services services;
  private final Function<Map<String, String>, ArgusSettings> settings;
  private final Options options;
  private final Findings findings;

  /**
   * What to do.
   *
   * @param url where the web tier is; empty to find out
   * @param roundTrip whether to send a photo
   */
  public record Options(Optional<URI> url, boolean roundTrip) {}

  /**
   * What is known of the patient, as far as it could be found out.
   *
   * @param settings with the names that the stack has
   * @param account empty where there is no STS
   * @param stack empty where there is none
   * @param resources those of the stack
   */
  record Cluster(
      Services services,
      ArgusSettings settings,
      Optional<Account> account,
      Optional<Stack.Description> stack,
      List<StackResourceSummary> resources) {

    Map<String, String> outputs() {
      return stack.map(Stack.Description::outputs).orElse(Map.of());
    }

    /** The id of a resource by its name in the template. */
    Optional<String> resource(String logical) {
      return resources.stream()
          .filter(resource -> resource.logicalResourceId().equals(logical))
          .map(StackResourceSummary::physicalResourceId)
          .filter(id -> id != null && !id.isEmpty())
          .findFirst();
    }

    String prefix() {
      return settings.names().prefix();
    }

    /** What a parameter of the stack lists; empty where there is no stack. */
    List<String> parameter(String name) {
      return stack
          .map(found -> StackParameters.words(found.parameters().getOrDefault(name, "")))
          .orElse(List.of());
    }
  }

  /**
   * @param settings loads them, given the outputs of the stack; see {@link #settingsOf}
   * @param tell hears each finding as it comes
   */
  public Doctor(
      Services services,
      Function<Map<String, String>, ArgusSettings> settings,
      Options options,
      Consumer<Finding> tell) {
    this.services = services;
    this.settings = settings;
    this.options = options;
    this.findings = new Findings(tell);
  }

  /**
   * The environment with which a process on any machine finds the cluster of a stack.
   *
   * @param outputs those of the stack
   */
  public static Map<String, String> settingsOf(
      Map<String, String> outputs, Map<String, String> environment) {
    return ClusterNames.settings(outputs, environment);
  }

  /** Whether the environment itself says what all buckets are called, as on a node. */
  public static boolean namesBuckets(Map<String, String> environment) {
    return ClusterNames.namesBuckets(environment);
  }

  /**
   * What names a cluster's buckets: the outputs of its stack; where there is none, or it may not be
   * looked at, those that its stack would have. A name without the account might be a stranger's.
   * Empty where SQS, S3 and EC2 are not those of AWS.
   */
  public static Map<String, String> outputs(Services services, String prefix) {
    if (services.absent(Service.CLOUDFORMATION).isPresent()) {
      return Map.of();
    }
    Account account = Account.ask(services.sts(), services.region());
    Map<String, String> outputs = new HashMap<>(new ClusterNames(prefix, account).buckets());
    try {
      new Stack(services.cloudFormation(), prefix, Map.of(), Poll.onSystemTime(), line -> {})
          .describe()
          .map(Stack.Description::outputs)
          .ifPresent(outputs::putAll);
    } catch (SdkException e) {
      // Who may not look has the names that the template gives.
    }
    return Map.copyOf(outputs);
  }

  /** All findings, in the order in which they were told. */
  public List<Finding> examine() throws InterruptedException {
    IdentityChecks identity = new IdentityChecks(services, findings);
    Cluster cluster = identity.run(settings);
    if (identity.nothingToLookAt().isPresent()) {
      findings.skip("all else", identity.nothingToLookAt().get());
    } else {
      examine(cluster);
    }
    if (!options.roundTrip()) {
      findings.skip("round trip", "it was not asked for (--no-round-trip)");
    } else if (identity.nothingToLookAt().isEmpty() || options.url().isPresent()) {
      new RoundTrip(cluster, options.url(), findings).run();
    }
    return findings.all();
  }

  private void examine(Cluster cluster) throws InterruptedException {
    new QueueChecks(cluster, findings).run();
    new BucketChecks(cluster, findings).run();
    new SecretCheck(cluster, findings).run();
    new RolePermissionChecks(cluster, findings).run();
    new PermissionChecks(cluster, findings).run();
    new QuotaCheck(cluster, findings).run();
    new LaunchTemplateCheck(cluster, findings).run();
    new MetadataCheck(cluster, findings).run();
  }
}
