package dev.argus.deploy;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackEventsResponse;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.cloudformation.model.StackResourceSummary;
import software.amazon.awssdk.services.cloudformation.model.StackStatus;
import software.amazon.awssdk.services.cloudformation.model.Tag;
import software.amazon.awssdk.services.cloudformation.model.TemplateStage;

/**
 * A CloudFormation stack: what it is, and how it comes, changes and goes. Each change is waited
 * for, and its events are told; what fails is a {@link DeployException} with the first failure and
 * what to do. Not safe for use by many threads.
 */
final class Stack {
  static final Duration LOOK = Duration.ofSeconds(3);
  private static final Duration EMPTY_LIMIT = Duration.ofMinutes(5);
  // A rolling update waits for each web node in turn; load balancers take minutes to come and go.
  private static final Duration LIMIT = Duration.ofMinutes(60);
  private static final int FIRST_SERVER_ERROR = 500;

  private final CloudFormationClient client;
  private final String name;
  private final List<Tag> tags;
  private final Poll poll;
  private final Consumer<String> progress;

  /**
   * @param tags that the stack and all in it carry
   * @param progress told a line for each event
   */
  Stack(
      CloudFormationClient client,
      String name,
      Map<String, String> tags,
      Poll poll,
      Consumer<String> progress) {
    this.client = client;
    this.name = name;
    this.tags =
        tags.entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
    this.poll = poll;
    this.progress = progress;
  }

  /** What is known of a stack. */
  record Description(
      String id, StackStatus status, Map<String, String> parameters, Map<String, String> outputs) {

    Description {
      parameters = Map.copyOf(parameters);
      outputs = Map.copyOf(outputs);
    }

    StackState state() {
      return StackState.of(status);
    }
  }

  String name() {
    return name;
  }

  /** Empty if there is none of this name. */
  Optional<Description> describe() {
    try {
      return client.describeStacks(r -> r.stackName(name)).stacks().stream()
          .map(Stack::description)
          .filter(found -> found.state() != StackState.ABSENT)
          .findFirst();
    } catch (CloudFormationException e) {
      if (says(e, "does not exist")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Description description(
      software.amazon.awssdk.services.cloudformation.model.Stack stack) {
    Map<String, String> parameters = new HashMap<>();
    stack.parameters().forEach(p -> parameters.put(p.parameterKey(), p.parameterValue()));
    Map<String, String> outputs = new HashMap<>();
    stack.outputs().forEach(o -> outputs.put(o.outputKey(), o.outputValue()));
    return new Description(stack.stackId(), stack.stackStatus(), parameters, outputs);
  }

  /** The text that it was last deployed from. */
  String template() {
    return client
        .getTemplate(r -> r.stackName(name).templateStage(TemplateStage.ORIGINAL))
        .templateBody();
  }

  List<StackResourceSummary> resources() {
    return client
        .listStackResourcesPaginator(r -> r.stackName(name))
        .stackResourceSummaries()
        .stream()
        .toList();
  }

  /** Makes it, from a template that needs no parameters. */
  void create(Template template) throws InterruptedException {
    String id =
        asked(
                () ->
                    client.createStack(
                        r -> r.stackName(name).templateBody(template.body()).tags(tags)))
            .stackId();
    await(id, new StackEvents(ZoneId.systemDefault()), StackState.USABLE);
  }

  /**
   * Changes it.
   *
   * @return whether there was anything to change
   */
  boolean update(Template template, List<Parameter> parameters) throws InterruptedException {
    Description before = known();
    StackEvents events = eventsAfterNow(before.id());
    try {
      asked(
          () ->
              client.updateStack(
                  r ->
                      r.stackName(name)
                          .templateBody(template.body())
                          .parameters(parameters)
                          .capabilities(Capability.CAPABILITY_NAMED_IAM)
                          .tags(tags)));
    } catch (DeployException e) {
      if (ChangeSets.isNoChange(e.getMessage())) {
        return false;
      }
      throw e;
    }
    await(before.id(), events, StackState.USABLE);
    return true;
  }

  /** Carries out a change set. */
  void execute(ChangeSet changeSet) throws InterruptedException {
    Description before = known();
    StackEvents events = eventsAfterNow(before.id());
    asked(() -> client.executeChangeSet(r -> r.changeSetName(changeSet.id()).stackName(name)));
    await(before.id(), events, StackState.USABLE);
  }

  /** Removes it, if it is there. */
  void delete() throws InterruptedException {
    Optional<Description> before = describe();
    if (before.isEmpty()) {
      return;
    }
    if (before.get().state() == StackState.EMPTY) {
      deleteEmpty();
      return;
    }
    StackEvents events = eventsAfterNow(before.get().id());
    client.deleteStack(r -> r.stackName(name));
    await(before.get().id(), events, StackState.ABSENT);
  }

  /** There are no resources whose events could be told. */
  private void deleteEmpty() throws InterruptedException {
    client.deleteStack(r -> r.stackName(name));
    if (!poll.until(() -> describe().isEmpty(), LOOK, EMPTY_LIMIT)) {
      throw new DeployException("the empty stack " + name + " does not go away; try again later");
    }
  }

  private Description known() {
    return describe().orElseThrow(() -> new DeployException("the stack " + name + " is gone"));
  }

  private void await(String id, StackEvents events, StackState wanted) throws InterruptedException {
    boolean done =
        poll.until(
            () -> {
              events.take(eventsUpTo(id, events)).forEach(progress);
              return events.stackState() != StackState.BUSY;
            },
            LOOK,
            LIMIT);
    if (!done) {
      throw new DeployException(
          "the stack %s is still being changed after %d minutes, and goes on by itself; run the same"
                  .formatted(name, LIMIT.toMinutes())
              + " command again later");
    }
    if (events.stackState() != wanted || events.firstFailure().isPresent()) {
      throw new DeployException(
          "the stack "
              + name
              + " failed"
              + events
                  .firstFailure()
                  .map(failure -> " at " + failure.text())
                  .orElse("; its events in the console of CloudFormation may say why"));
    }
  }

  private StackEvents eventsAfterNow(String id) {
    StackEvents events = new StackEvents(ZoneId.systemDefault());
    events.skip(eventsUpTo(id, events));
    return events;
  }

  /** The newest events, down to the first that is known. */
  private List<StackEvent> eventsUpTo(String id, StackEvents known) {
    List<StackEvent> found = new ArrayList<>();
    String token = null;
    do {
      String from = token;
      DescribeStackEventsResponse page =
          client.describeStackEvents(r -> r.stackName(id).nextToken(from));
      for (StackEvent event : page.stackEvents()) {
        if (known.knows(event)) {
          return found;
        }
        found.add(event);
      }
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    return found;
  }

  /** A refusal in CloudFormation's own words, and what to do. */
  static <T> T asked(Supplier<T> call) {
    try {
      return call.get();
    } catch (CloudFormationException e) {
      if (e.awsErrorDetails() == null || e.statusCode() >= FIRST_SERVER_ERROR) {
        throw e;
      }
      String reason = e.awsErrorDetails().errorCode() + ": " + e.awsErrorDetails().errorMessage();
      throw new DeployException(
          "CloudFormation refuses: " + reason + System.lineSeparator() + Advice.on(reason), e);
    }
  }

  private static boolean says(CloudFormationException e, String words) {
    return e.getMessage() != null && e.getMessage().contains(words);
  }
}
