package dev.argus.deploy;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.cloudformation.model.StackStatus;

/**
 * The events of one operation on a stack, as lines for people: each told once, in the order of
 * time, and of all failures the one that began it.
 *
 * <p>CloudFormation cancels what is under way when a resource fails, and then fails the stack:
 * those failures tell of nothing but the first.
 */
final class StackEvents {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final String FAILED = "_FAILED";
  private static final String STACK = "AWS::CloudFormation::Stack";
  // The same news once more: its creation was in progress before.
  private static final String INITIATED = "Resource creation Initiated";

  private final ZoneId zone;
  private final Set<String> seen = new HashSet<>();
  private Optional<Failure> firstFailure = Optional.empty();
  private StackState stackState = StackState.BUSY;

  /**
   * What failed first.
   *
   * @param resource its name in the template
   */
  record Failure(String resource, String type, String reason) {
    /** The resource, the reason, and what to do. */
    String text() {
      return "%s (%s): %s%n%s".formatted(resource, type, reason, Advice.on(reason));
    }
  }

  StackEvents(ZoneId zone) {
    this.zone = zone;
  }

  /** Passes what happened before the operation. */
  void skip(List<StackEvent> events) {
    events.forEach(event -> seen.add(event.eventId()));
  }

  /** Whether an event has been told of or passed. */
  boolean knows(StackEvent event) {
    return seen.contains(event.eventId());
  }

  /**
   * A line for each event that is new.
   *
   * @param newestFirst as CloudFormation lists them
   */
  List<String> take(List<StackEvent> newestFirst) {
    List<String> lines = new ArrayList<>();
    for (int i = newestFirst.size() - 1; i >= 0; i--) {
      StackEvent event = newestFirst.get(i);
      if (seen.add(event.eventId()) && !INITIATED.equals(event.resourceStatusReason())) {
        note(event);
        lines.add(line(event));
      }
    }
    return lines;
  }

  Optional<Failure> firstFailure() {
    return firstFailure;
  }

  /**
   * How the operation stands, as the events of the stack itself say: a description may still be the
   * one from before it.
   */
  StackState stackState() {
    return stackState;
  }

  private void note(StackEvent event) {
    if (event.resourceType().equals(STACK)) {
      stackState = StackState.of(StackStatus.fromValue(event.resourceStatusAsString()));
    } else if (firstFailure.isEmpty()
        && event.resourceStatusAsString().endsWith(FAILED)
        && !reason(event).contains("cancelled")) {
      firstFailure =
          Optional.of(new Failure(event.logicalResourceId(), event.resourceType(), reason(event)));
    }
  }

  private String line(StackEvent event) {
    String reason = reason(event);
    return "%s  %-20s %s (%s)%s"
        .formatted(
            TIME.format(event.timestamp().atZone(zone)),
            event.resourceStatusAsString(),
            event.logicalResourceId(),
            event.resourceType(),
            reason.isEmpty() ? "" : ": " + reason);
  }

  private static String reason(StackEvent event) {
    return event.resourceStatusReason() == null ? "" : event.resourceStatusReason();
  }
}
