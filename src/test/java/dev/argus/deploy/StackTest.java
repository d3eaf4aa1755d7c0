package dev.argus.deploy;

import static dev.argus.deploy.FakeCloudFormation.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.simulation.SettableClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetType;
import software.amazon.awssdk.services.cloudformation.model.CreateChangeSetRequest;
import software.amazon.awssdk.services.cloudformation.model.CreateStackRequest;
import software.amazon.awssdk.services.cloudformation.model.DeleteStackRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.UpdateStackRequest;

class StackTest {
  private static final Template TEMPLATE = new Template("Resources: {}");

  private final FakeCloudFormation cloudFormation = new FakeCloudFormation();
  private final SettableClock clock = new SettableClock(Instant.EPOCH);
  private final Poll poll = new Poll(clock, clock::advance);
  private final List<String> told = new ArrayList<>();
  private final Stack stack =
      new Stack(cloudFormation, "argus", Map.of("argus:cluster", "argus"), poll, told::add);
  private final ChangeSets changeSets = new ChangeSets(cloudFormation, stack, poll);

  @Test
  void whatFailedFirstComesLastWithItsReasonAndWhatToDo() {
    cloudFormation.status = "UPDATE_COMPLETE";
    cloudFormation.ends = "UPDATE_ROLLBACK_COMPLETE";
    cloudFormation.failures.add(
        event(
            "AppRole",
            "AWS::IAM::Role",
            "CREATE_FAILED",
            "User: arn:aws:iam::1:user/a is not authorized to perform: iam:CreateRole"));
    cloudFormation.failures.add(
        event("WebRole", "AWS::IAM::Role", "CREATE_FAILED", "Resource creation cancelled"));
    assertThatThrownBy(() -> stack.update(TEMPLATE, List.of()))
        .isInstanceOf(DeployException.class)
        .hasMessageContaining("failed at AppRole (AWS::IAM::Role)")
        .hasMessageContaining("not authorized to perform: iam:CreateRole")
        .hasMessageContaining("have the permission added");
    assertThat(told)
        .hasSize(4)
        .anyMatch(line -> line.contains("CREATE_FAILED") && line.contains("AppRole"));
  }

  @Test
  void whatIsToBeUpdatedAndIsTheSameIsNoFailure() throws Exception {
    cloudFormation.status = "UPDATE_COMPLETE";
    cloudFormation.refusal = "No updates are to be performed.";
    assertThat(stack.update(TEMPLATE, List.of())).isFalse();
    cloudFormation.refusal = "";
    assertThat(stack.update(TEMPLATE, List.of())).isTrue();
  }

  @Test
  void aRefusalIsToldInCloudFormationsWordsWithWhatToDo() {
    cloudFormation.status = "UPDATE_COMPLETE";
    cloudFormation.refusal = "Parameter AllowedCidr failed to satisfy constraint: a range";
    assertThatThrownBy(() -> stack.update(TEMPLATE, List.of()))
        .hasMessageContaining("Parameter AllowedCidr failed to satisfy constraint")
        .hasMessageContaining("--allowed-cidr");
  }

  @Test
  void eventsOfEarlierOperationsAreNotToldAgain() throws Exception {
    cloudFormation.status = "UPDATE_ROLLBACK_COMPLETE";
    cloudFormation.events.add(event("Old", "AWS::SQS::Queue", "CREATE_FAILED", "long ago"));
    stack.update(TEMPLATE, List.of());
    assertThat(told).noneMatch(line -> line.contains("long ago"));
  }

  @Test
  void aStackThatIsNotThereIsNoneAndNeedsNoRemoval() throws Exception {
    assertThat(stack.describe()).isEmpty();
    stack.delete();
    assertThat(cloudFormation.calls).isEmpty();
    cloudFormation.status = "ROLLBACK_COMPLETE";
    stack.delete();
    assertThat(cloudFormation.calls).hasSize(1).first().isInstanceOf(DeleteStackRequest.class);
    assertThat(stack.describe()).isEmpty();
  }

  @Test
  void aChangeSetWithoutChangesIsNoFailureAndOneThatIsRefusedIs() throws Exception {
    cloudFormation.status = "UPDATE_COMPLETE";
    cloudFormation.changeSet = failed("The submitted information didn't contain changes.");
    assertThat(changeSets.ofUpdate(TEMPLATE, List.of()).differs()).isFalse();
    cloudFormation.changeSet = failed("Template error: no");
    assertThatThrownBy(() -> changeSets.ofUpdate(TEMPLATE, List.of()))
        .isInstanceOf(DeployException.class)
        .hasMessageContaining("Template error: no");
  }

  private static DescribeChangeSetResponse failed(String reason) {
    return DescribeChangeSetResponse.builder().status("FAILED").statusReason(reason).build();
  }

  @Test
  void bucketsThatAreThereAreTakenOverAndTheMissingOnesAdded() throws Exception {
    FakeS3 s3 = new FakeS3();
    s3.buckets.put("argus-input-1", new ArrayList<>());
    Map<String, String> names =
        Map.of("InputBucket", "argus-input-1", "ReleaseBucket", "argus-release-1");
    new Buckets(s3, names).deploy(stack, changeSets);
    CreateChangeSetRequest taken =
        cloudFormation.calls.stream()
            .filter(CreateChangeSetRequest.class::isInstance)
            .map(CreateChangeSetRequest.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(taken.changeSetType()).isEqualTo(ChangeSetType.IMPORT);
    assertThat(taken.resourcesToImport()).hasSize(1);
    assertThat(taken.resourcesToImport().get(0).resourceIdentifier())
        .containsEntry("BucketName", "argus-input-1");
    assertThat(taken.templateBody()).contains("Retain").doesNotContain("argus-release-1");
    assertThat(cloudFormation.calls).last().isInstanceOf(UpdateStackRequest.class);
    assertThat(((UpdateStackRequest) cloudFormation.calls.get(2)).templateBody())
        .contains("argus-input-1", "argus-release-1");
  }

  @Test
  void withoutBucketsAllAreMadeAtOnceAndKeptWhateverBecomesOfTheStack() throws Exception {
    new Buckets(new FakeS3(), Map.of("InputBucket", "argus-input-1")).deploy(stack, changeSets);
    assertThat(cloudFormation.calls).hasSize(1);
    assertThat(((CreateStackRequest) cloudFormation.calls.get(0)).templateBody())
        .contains("\"DeletionPolicy\":\"Retain\"", "argus-input-1");
  }
}
