package dev.argus.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Templates are resolved as the CloudFormation user guide says. */
class TemplateTest {
  private static final String TEMPLATE =
      """
      Parameters:
        Name: {Type: String, AllowedPattern: "[a-z]+"}
        Count: {Type: Number, Default: "1"}
        Zones: {Type: CommaDelimitedList, Default: "a,b"}
        Image: {Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default: /some/image}
      Mappings:
        Sizes:
          Days: {"1": 2}
      Conditions:
        IsOne: !Equals [!Ref Count, "1"]
        IsMany: !Not [!Condition IsOne]
        IsBoth: !And [!Condition IsOne, !Condition IsMany]
        IsEither: !Or [!Condition IsOne, !Condition IsMany]
      Resources:
        Queue:
          Type: AWS::SQS::Queue
          DeletionPolicy: Retain
          Properties:
            QueueName: !Sub ${Name}-queue
        Policy:
          Type: AWS::SQS::QueuePolicy
          Properties:
            Queues: [!Ref Queue]
            Arn: !GetAtt Queue.Arn
            Both: !Sub "${Queue.Arn} of ${AWS::AccountId} ${!literally} $HOME"
            Own: !Sub ["${X}-${Name}", {X: !Join [";", !Ref Zones]}]
            First: !Select [0, !Ref Zones]
            Parts: !Split ["-", one-two]
            Found: !FindInMap [Sizes, Days, !Ref Count]
            Image: !Ref Image
            Gone: !If [IsMany, here, !Ref AWS::NoValue]
            List: [!If [IsOne, one, many], !If [IsMany, here, !Ref AWS::NoValue]]
        Many:
          Type: AWS::SQS::Queue
          Condition: IsMany
          Properties: {QueueName: many}
        Neither: {Type: "AWS::SQS::Queue", Condition: IsBoth, Properties: {QueueName: none}}
        Either: {Type: "AWS::SQS::Queue", Condition: IsEither, Properties: {QueueName: either}}
      Outputs:
        Url: {Value: !Ref Queue}
        ManyUrl: {Condition: IsMany, Value: !Ref Many}
      """;

  @Test
  void functionsAreEvaluated() {
    Stack stack = Template.parse(TEMPLATE).with(Map.of("Name", "x"));
    assertThat(stack.get("Queue").attributes()).containsEntry("DeletionPolicy", "Retain");
    assertThat(stack.get("Policy").properties())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "Queues",
                List.of("https://sqs.eu-central-1.amazonaws.com/123456789012/x-queue"),
                "Arn",
                "arn:aws:sqs:eu-central-1:123456789012:x-queue",
                "Both",
                "arn:aws:sqs:eu-central-1:123456789012:x-queue of 123456789012"
                    + " ${literally} $HOME",
                "Own",
                "a;b-x",
                "First",
                "a",
                "Parts",
                List.of("one", "two"),
                "Found",
                2,
                "Image",
                "ami-0123456789abcdef0",
                "List",
                List.of("one")));
    assertThat(stack.output("Url")).isPresent();
  }

  @Test
  void conditionsDecideWhatThereIs() {
    Stack one = Template.parse(TEMPLATE).with(Map.of("Name", "x"));
    assertThat(one.find("Many")).isEmpty();
    assertThat(one.find("Neither")).isEmpty();
    assertThat(one.find("Either")).isPresent();
    assertThat(one.output("ManyUrl")).isEmpty();
    String text = TEMPLATE.replace("Found: !FindInMap [Sizes, Days, !Ref Count]", "");
    Stack many = Template.parse(text).with(Map.of("Name", "x", "Count", "2"));
    assertThat(many.find("Many")).isPresent();
    assertThat(many.output("ManyUrl")).isPresent();
    assertThat(many.get("Policy").properties())
        .containsEntry("Gone", "here")
        .containsEntry("List", List.of("many", "here"));
  }

  @Test
  void whatIsMissingOrNotAllowedFails() {
    Template template = Template.parse(TEMPLATE);
    assertThatThrownBy(() -> template.with(Map.of())).hasMessageContaining("Name");
    assertThatThrownBy(() -> template.with(Map.of("Name", "X"))).hasMessageContaining("Name");
    assertThatThrownBy(() -> template.with(Map.of("Name", "x", "Nmae", "x")))
        .hasMessageContaining("Nmae");
    String dangling = TEMPLATE.replace("[!Ref Queue]", "[!Ref Many]");
    assertThatThrownBy(() -> Template.parse(dangling).with(Map.of("Name", "x")))
        .hasMessageContaining("Many");
  }
}
