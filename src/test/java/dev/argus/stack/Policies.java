package dev.argus.stack;

import java.util.ArrayList;
import java.util.List;

/** What a role of the stack may do: its own policies and those of the queues and buckets. */
final class Policies {
  private final List<Statement> own;
  private final List<Statement> ofResources;

  private Policies(List<Statement> own, List<Statement> ofResources) {
    this.own = own;
    this.ofResources = ofResources;
  }

  static Policies of(Stack stack, String role) {
    List<Statement> own = new ArrayList<>();
    documents(stack, role).forEach(document -> own.addAll(Statement.of(document)));
    List<Statement> ofResources = new ArrayList<>();
    for (String type : List.of("AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy")) {
      stack
          .ofType(type)
          .forEach(r -> ofResources.addAll(Statement.of(r.properties().get("PolicyDocument"))));
    }
    return new Policies(own, ofResources);
  }

  /** The policy documents of a role; this stack gives none in the role itself. */
  static List<Object> documents(Stack stack, String role) {
    String name = PhysicalName.of(stack.get(role));
    return stack.ofType("AWS::IAM::Policy").stream()
        .map(Stack.Resource::properties)
        .filter(policy -> Template.texts(policy.get("Roles")).contains(name))
        .map(policy -> policy.get("PolicyDocument"))
        .toList();
  }

  /** The role's own statements. */
  List<Statement> own() {
    return own;
  }

  /** The policies of the resources only. */
  Policies onlyOfResources() {
    return new Policies(List.of(), ofResources);
  }

  /** Whether a statement allows it and none denies it. */
  boolean allow(Call call) {
    return !deny(call) && own.stream().anyMatch(s -> s.allows() && s.matches(call));
  }

  /** Whether a statement denies it, whatever others allow. */
  boolean deny(Call call) {
    return own.stream().anyMatch(s -> !s.allows() && s.matches(call))
        || ofResources.stream().anyMatch(s -> !s.allows() && s.matches(call));
  }
}
