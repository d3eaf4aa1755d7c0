package dev.argus.deploy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetStatus;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetType;
import software.amazon.awssdk.services.cloudformation.model.CreateChangeSetRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.ResourceChange;
import software.amazon.awssdk.services.cloudformation.model.ResourceToImport;

/** Asks CloudFormation what it would do to a stack. */
final class ChangeSets {
  private static final String BUCKET = "AWS::S3::Bucket";
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final CloudFormationClient client;
  private final Stack stack;
  private final Poll poll;

  ChangeSets(CloudFormationClient client, Stack stack, Poll poll) {
    this.client = client;
    this.stack = stack;
    this.poll = poll;
  }

  /** What CloudFormation says when there is nothing to do, which is no failure. */
  static boolean isNoChange(String reason) {
    return reason.contains("didn't contain changes")
        || reason.contains("No updates are to be performed");
  }

  /** What an update of the stack would do. */
  ChangeSet ofUpdate(Template template, List<Parameter> parameters) throws InterruptedException {
    return ask(
        request(template)
            .changeSetType(ChangeSetType.UPDATE)
            .parameters(parameters)
            .capabilities(Capability.CAPABILITY_NAMED_IAM)
            .build());
  }

  /**
   * How buckets that are there already would become a stack that does not exist yet. An import must
   * do nothing else, so its template has them alone; what else the stack is to have comes by an
   * update.
   *
   * @param buckets their names by their names in the template
   */
  ChangeSet ofImport(Map<String, String> buckets) throws InterruptedException {
    return ask(
        request(Template.ofBuckets(buckets))
            .changeSetType(ChangeSetType.IMPORT)
            .resourcesToImport(
                buckets.entrySet().stream()
                    .map(
                        bucket ->
                            ResourceToImport.builder()
                                .resourceType(BUCKET)
                                .logicalResourceId(bucket.getKey())
                                .resourceIdentifier(Map.of("BucketName", bucket.getValue()))
                                .build())
                    .toList())
            .build());
  }

  private CreateChangeSetRequest.Builder request(Template template) {
    return CreateChangeSetRequest.builder()
        .stackName(stack.name())
        .changeSetName("argus-" + poll.clock().millis())
        .templateBody(template.body());
  }

  private ChangeSet ask(CreateChangeSetRequest request) throws InterruptedException {
    String id = Stack.asked(() -> client.createChangeSet(request)).id();
    DescribeChangeSetResponse[] found = new DescribeChangeSetResponse[1];
    boolean ready =
        poll.until(
            () -> {
              found[0] = client.describeChangeSet(r -> r.changeSetName(id).stackName(stack.name()));
              return found[0].status() == ChangeSetStatus.CREATE_COMPLETE
                  || found[0].status() == ChangeSetStatus.FAILED;
            },
            Stack.LOOK,
            LIMIT);
    if (!ready) {
      throw new DeployException(
          "CloudFormation has not worked out what to change after %d minutes; try again later"
              .formatted(LIMIT.toMinutes()));
    }
    if (found[0].status() == ChangeSetStatus.FAILED) {
      return failed(id, found[0].statusReason() == null ? "" : found[0].statusReason());
    }
    return new ChangeSet(id, true, changes(id, found[0]));
  }

  private ChangeSet failed(String id, String reason) throws InterruptedException {
    ChangeSet none = new ChangeSet(id, false, List.of());
    if (isNoChange(reason)) {
      return none;
    }
    discard(none);
    throw new DeployException(
        "CloudFormation refuses: " + reason + System.lineSeparator() + Advice.on(reason));
  }

  private List<ResourceChange> changes(String id, DescribeChangeSetResponse first) {
    List<ResourceChange> changes = new ArrayList<>();
    DescribeChangeSetResponse page = first;
    while (true) {
      page.changes().forEach(change -> changes.add(change.resourceChange()));
      String next = page.nextToken();
      if (next == null || next.isEmpty()) {
        return changes;
      }
      page =
          client.describeChangeSet(
              r -> r.changeSetName(id).stackName(stack.name()).nextToken(next));
    }
  }

  /** Forgets a change set, and the empty stack that was made for it, if one was. */
  void discard(ChangeSet changeSet) throws InterruptedException {
    client.deleteChangeSet(r -> r.changeSetName(changeSet.id()).stackName(stack.name()));
    if (stack.describe().filter(found -> found.state() == StackState.EMPTY).isPresent()) {
      stack.delete();
    }
  }
}
