package dev.argus.deploy;

import static dev.argus.deploy.FakeCloudFormation.STACK_TYPE;
import static dev.argus.deploy.FakeCloudFormation.event;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;

class StackEventsTest {
  private final StackEvents events = new StackEvents(ZoneOffset.UTC);

  @Test
  void eachIsTheLineOfItsMomentResourceAndReasonTheOldestFirst() {
    StackEvent first = event("RequestQueue", "AWS::SQS::Queue", "CREATE_IN_PROGRESS", null);
    StackEvent second = event("RequestQueue", "AWS::SQS::Queue", "CREATE_FAILED", "no such key");
    assertThat(events.take(List.of(second, first)))
        .containsExactly(
            "00:00:00  CREATE_IN_PROGRESS   RequestQueue (AWS::SQS::Queue)",
            "00:00:00  CREATE_FAILED        RequestQueue (AWS::SQS::Queue): no such key");
    assertThat(events.take(List.of(second, first))).isEmpty();
  }

  @Test
  void ofAWebNodeThatDoesNotAnswerItSaysWhereToLook() {
    events.take(
        List.of(
            event(
                "WebGroup",
                "AWS::AutoScaling::AutoScalingGroup",
                "UPDATE_FAILED",
                "Received 1 FAILURE signal(s) out of 1")));
    assertThat(events.firstFailure().orElseThrow().text())
        .contains("did not answer /livez", "get-console-output");
  }

  @Test
  void ofAllFailuresTheFirstIsTheReason() {
    events.take(
        List.of(
            event("argus", STACK_TYPE, "ROLLBACK_IN_PROGRESS", "The following failed: [A, B, C]"),
            event("C", "AWS::SQS::Queue", "CREATE_FAILED", "Resource creation cancelled"),
            event("B", "AWS::SQS::Queue", "CREATE_FAILED", "a later one"),
            event("A", "AWS::SNS::Topic", "CREATE_FAILED", "the quota of topics is used up")));
    StackEvents.Failure failure = events.firstFailure().orElseThrow();
    assertThat(failure.resource()).isEqualTo("A");
    assertThat(failure.text())
        .contains("A (AWS::SNS::Topic): the quota of topics is used up", "Service Quotas");
    assertThat(events.stackState()).isEqualTo(StackState.BUSY);
  }

  @Test
  void whatIsCancelledBeforeTheReasonIsToldIsNotTheReason() {
    events.take(
        List.of(
            event("B", "AWS::SQS::Queue", "CREATE_FAILED", "the reason"),
            event("A", "AWS::SQS::Queue", "CREATE_FAILED", "Resource creation cancelled")));
    assertThat(events.firstFailure().orElseThrow().resource()).isEqualTo("B");
  }

  @Test
  void theStackIsDoneWhenItSaysSoItself() {
    events.take(List.of(event("argus", STACK_TYPE, "UPDATE_IN_PROGRESS", null)));
    assertThat(events.stackState()).isEqualTo(StackState.BUSY);
    events.take(List.of(event("argus", STACK_TYPE, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", null)));
    assertThat(events.stackState()).isEqualTo(StackState.BUSY);
    events.take(List.of(event("argus", STACK_TYPE, "UPDATE_COMPLETE", null)));
    assertThat(events.stackState()).isEqualTo(StackState.USABLE);
  }

  @Test
  void theSameNewsTwiceIsOneLine() {
    assertThat(
            events.take(
                List.of(
                    event(
                        "A",
                        "AWS::SQS::Queue",
                        "CREATE_IN_PROGRESS",
                        "Resource creation Initiated"))))
        .isEmpty();
  }
}
