package dev.argus.deploy;

import dev.argus.aws.Ec2Fleet;
import dev.argus.config.ArgusSettings;
import dev.argus.deploy.Stack.Description;
import dev.argus.deploy.TeardownReport.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * Removes what {@link Provision} made and what the cluster has made since: first those who launch
 * nodes, then the nodes, then the stack, the queues of web nodes and the secrets. Work that came
 * while it asked brings the web nodes back.
 *
 * <p>Each step looks for what is there, so it can be run again after a failure. The buckets stay
 * unless they are asked for.
 */
public final class Teardown {
  private final Services services;
  private final ArgusSettings settings;
  private final Conversation conversation;
  private final Pending pending;
  private final Poll poll;

  /**
   * What is asked of it.
   *
   * @param force whether to go on although work is waiting
   * @param buckets whether to remove the buckets too, with all photos, results and releases
   */
  public record Options(boolean force, boolean buckets) {}

  /** Counts accepted photos without an answer. */
  @FunctionalInterface
  public interface Pending {
    /**
     * Counts them.
     *
     * @param outputs those of the stack, which name the buckets
     */
    long count(Map<String, String> outputs) throws Exception;
  }

  public Teardown(
      Services services, ArgusSettings settings, Conversation conversation, Pending pending) {
    this(services, settings, conversation, pending, Poll.onSystemTime());
  }

  Teardown(
      Services services,
      ArgusSettings settings,
      Conversation conversation,
      Pending pending,
      Poll poll) {
    this.services = services;
    this.settings = settings;
    this.conversation = conversation;
    this.pending = pending;
    this.poll = poll;
  }

  /** What there is of a cluster. */
  private record Found(
      ClusterNames names,
      Stack stack,
      Optional<Description> description,
      List<Instance> nodes,
      List<String> responseQueues,
      List<String> secrets,
      Map<String, String> buckets) {

    boolean nothingBut(boolean buckets) {
      return description.isEmpty()
          && nodes.isEmpty()
          && responseQueues.isEmpty()
          && secrets.isEmpty()
          && (!buckets || this.buckets.isEmpty());
    }
  }

  /**
   * Does it.
   *
   * @throws DeployException if it cannot go on, with what to do
   */
  public TeardownReport run(Options options) throws Exception {
    Found found = find();
    if (found.nothingBut(options.buckets())) {
      conversation.say("There is nothing to remove.");
      return new TeardownReport(Outcome.NOTHING, WaitingWork.NONE, List.of(), left(found, options));
    }
    WaitingWork waiting = options.force() ? WaitingWork.NONE : waiting(found);
    if (waiting.any()) {
      boolean stopped = found.description().isPresent() && webGroup(found).isStopped();
      return refuse(
          waiting,
          "Nothing was removed."
              + (stopped ? " No web node runs: argus provision starts them again." : ""));
    }
    conversation.say("To be removed:");
    lines(found, options).forEach(line -> conversation.say("  " + line));
    left(found, options).forEach(line -> conversation.say("  stays: " + line));
    if (!conversation.agree("Remove it?")) {
      conversation.say("Nothing was removed.");
      return new TeardownReport(Outcome.DECLINED, waiting, List.of(), List.of());
    }
    if (found.description().isPresent()) {
      conversation.say("Ending the web nodes");
      webGroup(found).empty();
      // A photo may have come since it was counted; from here on none does.
      WaitingWork late = options.force() ? WaitingWork.NONE : waiting(found);
      if (late.any()) {
        return refuse(late, restart(found));
      }
    }
    remove(found, options);
    return new TeardownReport(
        Outcome.REMOVED, waiting, lines(found, options), left(found, options));
  }

  private Found find() {
    Account account = Account.ask(services.sts(), services.region());
    ClusterNames names = new ClusterNames(settings.names().prefix(), account);
    conversation.say(account.text());
    Stack stack =
        new Stack(services.cloudFormation(), names.stack(), Map.of(), poll, conversation::say);
    Optional<Description> description = stack.describe();
    if (description.filter(d -> d.state() == StackState.BUSY).isPresent()) {
      throw new DeployException(
          "the stack %s is %s: something else is changing it; run this again when that is done"
              .formatted(stack.name(), description.get().status()));
    }
    ClusterSecrets secrets = new ClusterSecrets(services.ssm(), names, Ec2Fleet.CLUSTER_TAG);
    return new Found(
        names,
        stack,
        description,
        new AppNodes(services.ec2(), names.prefix(), poll).all(),
        responseQueues(names),
        secrets.parameters().stream().filter(p -> secrets.typeOf(p).isPresent()).toList(),
        new Buckets(services.s3(), names.buckets()).existing());
  }

  private List<String> responseQueues(ClusterNames names) {
    return services
        .sqs()
        .listQueuesPaginator(r -> r.queueNamePrefix(names.ownResponseQueues()))
        .queueUrls()
        .stream()
        .filter(names::isOwnResponseQueue)
        .toList();
  }

  private WebGroup webGroup(Found found) {
    return new WebGroup(services.autoScaling(), found.names().prefix(), poll);
  }

  // ---- what is owed -------------------------------------------------------------------------

  private WaitingWork waiting(Found found) throws Exception {
    Map<String, String> outputs = new LinkedHashMap<>(found.names().buckets());
    found.description().ifPresent(description -> outputs.putAll(description.outputs()));
    boolean photos = found.buckets().keySet().containsAll(List.of("InputBucket", "OutputBucket"));
    return new WorkCounter(services.sqs(), settings.names().requestQueue(), pending)
        .count(outputs, photos);
  }

  /** Nothing but the web nodes is gone yet, and a cluster that owes work must be whole. */
  private String restart(Found found) {
    if (!webGroup(found).isStopped()) {
      return "Nothing was removed."; // there was no group to begin with
    }
    webGroup(found).resize(WebGroup.nodes(found.description().orElseThrow().parameters()));
    return "It came in the meantime, so the web nodes are started again.";
  }

  private TeardownReport refuse(WaitingWork waiting, String what) {
    conversation.say("Work is waiting: " + waiting.text() + ".");
    conversation.say(
        what
            + " Let it be finished (argus doctor --ledger counts it) and run this again, or say"
            + " --force: then nobody answers it.");
    return new TeardownReport(Outcome.REFUSED, waiting, List.of(), List.of());
  }

  // ---- telling it ---------------------------------------------------------------------------

  private List<String> lines(Found found, Options options) {
    List<String> lines = new ArrayList<>();
    found
        .description()
        .ifPresent(
            stack ->
                lines.add(
                    "the stack %s (%s) and what is in it but the buckets"
                        .formatted(found.stack().name(), stack.status())));
    found.nodes().forEach(node -> lines.add("the app node " + node.instanceId()));
    found.responseQueues().forEach(queue -> lines.add("the response queue " + queue));
    found.secrets().forEach(secret -> lines.add("the secret " + secret));
    if (options.buckets()) {
      found
          .buckets()
          .values()
          .forEach(bucket -> lines.add("the bucket " + bucket + " with all that is in it"));
    }
    return lines;
  }

  private static List<String> left(Found found, Options options) {
    return options.buckets()
        ? List.of()
        : found.buckets().values().stream()
            .map(bucket -> "the bucket " + bucket + " (--buckets removes it)")
            .toList();
  }

  // ---- doing it -----------------------------------------------------------------------------

  private void remove(Found found, Options options) throws InterruptedException {
    conversation.say("Ending the app nodes");
    new AppNodes(services.ec2(), found.names().prefix(), poll).end();
    if (found.description().isPresent()) {
      conversation.say("Removing the stack " + found.stack().name());
      found.stack().delete();
    }
    responseQueues(found.names()).forEach(this::removeQueue);
    new ClusterSecrets(services.ssm(), found.names(), Ec2Fleet.CLUSTER_TAG).remove();
    if (options.buckets()) {
      BucketRemoval removal = new BucketRemoval(services.s3(), conversation::say);
      found.buckets().values().forEach(removal::remove);
    }
  }

  /** What is gone may be listed for a while. */
  private void removeQueue(String url) {
    try {
      services.sqs().deleteQueue(r -> r.queueUrl(url));
    } catch (SqsException e) {
      if (!Findings.isNoQueue(e)) {
        throw e;
      }
    }
  }
}
