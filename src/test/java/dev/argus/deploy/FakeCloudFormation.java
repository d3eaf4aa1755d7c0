package dev.argus.deploy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.CreateChangeSetRequest;
import software.amazon.awssdk.services.cloudformation.model.CreateChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.CreateStackRequest;
import software.amazon.awssdk.services.cloudformation.model.CreateStackResponse;
import software.amazon.awssdk.services.cloudformation.model.DeleteChangeSetRequest;
import software.amazon.awssdk.services.cloudformation.model.DeleteChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.DeleteStackRequest;
import software.amazon.awssdk.services.cloudformation.model.DeleteStackResponse;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackEventsRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackEventsResponse;
import software.amazon.awssdk.services.cloudformation.model.DescribeStacksRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeStacksResponse;
import software.amazon.awssdk.services.cloudformation.model.ExecuteChangeSetRequest;
import software.amazon.awssdk.services.cloudformation.model.ExecuteChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.GetTemplateRequest;
import software.amazon.awssdk.services.cloudformation.model.GetTemplateResponse;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.cloudformation.model.UpdateStackRequest;
import software.amazon.awssdk.services.cloudformation.model.UpdateStackResponse;

/** CloudFormation with one stack at most, whose operations end at once, as a test says. */
final class FakeCloudFormation implements CloudFormationClient {
  static final String STACK_TYPE = "AWS::CloudFormation::Stack";

  final List<Object> calls = new ArrayList<>();
  final List<StackEvent> events = new ArrayList<>(); // the oldest first
  final Map<String, String> parameters = new HashMap<>();
  final Map<String, String> outputs = new HashMap<>();

  /** Empty for no stack. */
  String status = "";

  /** The text that the stack is said to be made from. */
  String template = "";

  /** Whether nobody may look at it. */
  boolean hidden;

  /** What an operation ends with, and the failures before that. */
  String ends = "";

  final List<StackEvent> failures = new ArrayList<>();

  /** What change sets say; by default that all is well. */
  DescribeChangeSetResponse changeSet =
      DescribeChangeSetResponse.builder().status("CREATE_COMPLETE").build();

  /** What an update is refused with; empty for nothing. */
  String refusal = "";

  static StackEvent event(String resource, String type, String status, String reason) {
    return StackEvent.builder()
        .eventId(UUID.randomUUID().toString())
        .logicalResourceId(resource)
        .resourceType(type)
        .resourceStatus(status)
        .resourceStatusReason(reason)
        .timestamp(Instant.EPOCH)
        .build();
  }

  static CloudFormationException refused(String message) {
    return (CloudFormationException)
        CloudFormationException.builder()
            .message(message)
            .statusCode(400)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .errorCode("ValidationError")
                    .errorMessage(message)
                    .build())
            .build();
  }

  private static CloudFormationException denied() {
    return (CloudFormationException)
        CloudFormationException.builder()
            .statusCode(403)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .errorCode("AccessDenied")
                    .errorMessage("not authorized")
                    .build())
            .build();
  }

  private void run(String begins, String wellEnded) {
    events.add(event("argus", STACK_TYPE, begins, null));
    events.addAll(failures);
    status = ends.isEmpty() ? wellEnded : ends;
    events.add(event("argus", STACK_TYPE, status, null));
    if (status.equals("DELETE_COMPLETE")) {
      status = "";
    }
  }

  @Override
  public DescribeStacksResponse describeStacks(DescribeStacksRequest request) {
    if (hidden) {
      throw denied();
    }
    if (status.isEmpty()) {
      throw refused("Stack with id " + request.stackName() + " does not exist");
    }
    return DescribeStacksResponse.builder()
        .stacks(
            Stack.builder()
                .stackId("arn:stack")
                .stackStatus(status)
                .parameters(
                    parameters.entrySet().stream()
                        .map(
                            p ->
                                Parameter.builder()
                                    .parameterKey(p.getKey())
                                    .parameterValue(p.getValue())
                                    .build())
                        .toList())
                .outputs(
                    outputs.entrySet().stream()
                        .map(
                            o ->
                                Output.builder()
                                    .outputKey(o.getKey())
                                    .outputValue(o.getValue())
                                    .build())
                        .toList())
                .build())
        .build();
  }

  @Override
  public DescribeStackEventsResponse describeStackEvents(DescribeStackEventsRequest request) {
    List<StackEvent> newestFirst = new ArrayList<>();
    events.forEach(e -> newestFirst.add(0, e));
    return DescribeStackEventsResponse.builder().stackEvents(newestFirst).build();
  }

  @Override
  public GetTemplateResponse getTemplate(GetTemplateRequest request) {
    return GetTemplateResponse.builder().templateBody(template).build();
  }

  @Override
  public CreateStackResponse createStack(CreateStackRequest request) {
    calls.add(request);
    run("CREATE_IN_PROGRESS", "CREATE_COMPLETE");
    return CreateStackResponse.builder().stackId("arn:stack").build();
  }

  @Override
  public UpdateStackResponse updateStack(UpdateStackRequest request) {
    calls.add(request);
    if (!refusal.isEmpty()) {
      throw refused(refusal);
    }
    request
        .parameters()
        .forEach(
            p -> {
              if (p.parameterValue() != null) {
                parameters.put(p.parameterKey(), p.parameterValue());
              }
            });
    run("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE");
    return UpdateStackResponse.builder().stackId("arn:stack").build();
  }

  @Override
  public DeleteStackResponse deleteStack(DeleteStackRequest request) {
    calls.add(request);
    run("DELETE_IN_PROGRESS", "DELETE_COMPLETE");
    return DeleteStackResponse.builder().build();
  }

  @Override
  public CreateChangeSetResponse createChangeSet(CreateChangeSetRequest request) {
    calls.add(request);
    if (status.isEmpty()) {
      status = "REVIEW_IN_PROGRESS";
    }
    return CreateChangeSetResponse.builder().id("arn:change-set").build();
  }

  @Override
  public DescribeChangeSetResponse describeChangeSet(DescribeChangeSetRequest request) {
    return changeSet;
  }

  @Override
  public ExecuteChangeSetResponse executeChangeSet(ExecuteChangeSetRequest request) {
    calls.add(request);
    run("IMPORT_IN_PROGRESS", "IMPORT_COMPLETE");
    return ExecuteChangeSetResponse.builder().build();
  }

  @Override
  public DeleteChangeSetResponse deleteChangeSet(DeleteChangeSetRequest request) {
    calls.add(request);
    return DeleteChangeSetResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
