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
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * Removes what {@link Provision} made and what the cluster has made since: first those who launch
 * nodes, then the nodes, then the stack, the queues of web nodes and the tokens.
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
      List<String> tokens,
      Map<String, String> buckets) {

    boolean nothingBut(boolean buckets) {
      return description.isEmpty()
          && nodes.isEmpty()
          && responseQueues.isEmpty()
          && tokens.isEmpty()
          && (!buckets || this.buckets.isEmpty());
    }
  }

  /**
   * Does it.
   *
   * @throws DeployException if it cannot go on, with what to do
   */
  public TeardownReport run(TeardownOptions options) throws Exception {
    Found found = find();
    if (found.nothingBut(options.buckets())) {
      conversation.say("There is nothing to remove.");
      return new TeardownReport(Outcome.NOTHING, WaitingWork.NONE, List.of(), left(found, options));
    }
    WaitingWork waiting = options.force() ? WaitingWork.NONE : waiting(found);
    if (waiting.any()) {
      conversation.say("Work is waiting: " + waiting.text() + ".");
      conversation.say(
          "Nothing was removed. Let it be finished (argus doctor --ledger counts it), or say"
              + " --force: then nobody answers it.");
      return new TeardownReport(Outcome.REFUSED, waiting, List.of(), List.of());
    }
    conversation.say("To be removed:");
    lines(found, options).forEach(line -> conversation.say("  " + line));
    left(found, options).forEach(line -> conversation.say("  stays: " + line));
    if (!conversation.agree("Remove it?")) {
      conversation.say("Nothing was removed.");
      return new TeardownReport(Outcome.DECLINED, waiting, List.of(), List.of());
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
    AccessTokens tokens = new AccessTokens(services.ssm(), names, Ec2Fleet.CLUSTER_TAG);
    return new Found(
        names,
        stack,
        description,
        new AppNodes(services.ec2(), names.prefix(), poll).all(),
        responseQueues(names),
        tokens.parameters().stream().filter(p -> tokens.typeOf(p).isPresent()).toList(),
        new Buckets(services.s3(), names.buckets()).existing());
  }

  private List<String> responseQueues(ClusterNames names) {
    return services
        .sqs()
        .listQueuesPaginator(r -> r.queueNamePrefix(names.ownResponseQueues()))
        .queueUrls()
        .stream()
        .toList();
  }

  // ---- what is owed -------------------------------------------------------------------------

  private WaitingWork waiting(Found found) throws Exception {
    Map<QueueAttributeName, String> counts = counts(found);
    long visible =
        number(counts, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)
            + number(counts, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED);
    long inFlight = number(counts, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE);
    // The queue tells at once; to count all photos takes a while.
    boolean counted =
        visible + inFlight == 0
            && found.buckets().containsKey("InputBucket")
            && found.buckets().containsKey("OutputBucket");
    return new WaitingWork(visible, inFlight, counted ? pending.count(buckets(found)) : 0);
  }

  private static Map<String, String> buckets(Found found) {
    Map<String, String> outputs = new LinkedHashMap<>(found.names().buckets());
    found.description().ifPresent(description -> outputs.putAll(description.outputs()));
    return outputs;
  }

  private Map<QueueAttributeName, String> counts(Found found) {
    try {
      String url =
          services.sqs().getQueueUrl(r -> r.queueName(settings.names().requestQueue())).queueUrl();
      return services
          .sqs()
          .getQueueAttributes(
              r ->
                  r.queueUrl(url)
                      .attributeNames(
                          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED,
                          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
          .attributes();
    } catch (SqsException e) {
      if (!Findings.isNoQueue(e)) {
        throw e;
      }
      return Map.of();
    }
  }

  private static long number(Map<QueueAttributeName, String> counts, QueueAttributeName name) {
    return Long.parseLong(counts.getOrDefault(name, "0"));
  }

  // ---- telling it ---------------------------------------------------------------------------

  private List<String> lines(Found found, TeardownOptions options) {
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
    found.tokens().forEach(token -> lines.add("the token " + token));
    if (options.buckets()) {
      found
          .buckets()
          .values()
          .forEach(bucket -> lines.add("the bucket " + bucket + " with all that is in it"));
    }
    return lines;
  }

  private static List<String> left(Found found, TeardownOptions options) {
    return options.buckets()
        ? List.of()
        : found.buckets().values().stream()
            .map(bucket -> "the bucket " + bucket + " (--buckets removes it)")
            .toList();
  }

  // ---- doing it -----------------------------------------------------------------------------

  private void remove(Found found, TeardownOptions options) throws InterruptedException {
    String cluster = found.names().prefix();
    if (found.description().isPresent()) {
      conversation.say("Ending the web nodes");
      new WebGroup(services.autoScaling(), cluster, poll).empty();
    }
    conversation.say("Ending the app nodes");
    new AppNodes(services.ec2(), cluster, poll).end();
    if (found.description().isPresent()) {
      conversation.say("Removing the stack " + found.stack().name());
      found.stack().delete();
    }
    for (String queue : responseQueues(found.names())) {
      services.sqs().deleteQueue(r -> r.queueUrl(queue));
    }
    new AccessTokens(services.ssm(), found.names(), Ec2Fleet.CLUSTER_TAG).remove();
    if (options.buckets()) {
      BucketRemoval removal = new BucketRemoval(services.s3(), conversation::say);
      found.buckets().values().forEach(removal::remove);
    }
  }
}
