package dev.argus.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Statements are evaluated as the IAM user guide says. */
class IamTest {
  private static final String INSTANCE = "arn:aws:ec2:eu-central-1:123456789012:instance/i-1";

  @ParameterizedTest
  @CsvSource({
    "sqs:SendMessage, sqs:SendMessage, true",
    "sqs:sendmessage, sqs:SendMessage, true",
    "sqs:Send*, sqs:SendMessage, true",
    "sqs:*, sqs:SendMessage, true",
    "*, sqs:SendMessage, true",
    "s?s:SendMessage, sqs:SendMessage, true",
    "sqs:Send, sqs:SendMessage, false",
    "s3:*, sqs:SendMessage, false"
  })
  void actionsHaveWildcardsAndNoCase(String pattern, String action, boolean matches) {
    Map<String, Object> statement = statement(Map.of());
    statement.put("Action", pattern);
    assertThat(matches(statement, call(Map.of(), action))).isEqualTo(matches);
    statement.remove("Action");
    statement.put("NotAction", pattern);
    assertThat(matches(statement, call(Map.of(), action))).isEqualTo(!matches);
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:s3:::b/*, arn:aws:s3:::b/dead/x, true",
    "arn:aws:s3:::b/dead/*, arn:aws:s3:::b/dead/x, true",
    "arn:aws:s3:::b/dead/*, arn:aws:s3:::b/x, false",
    "arn:aws:s3:::b/*, arn:aws:s3:::bb/x, false",
    "arn:aws:s3:::b, arn:aws:s3:::b/x, false",
    "arn:aws:s3:::b/*.json, arn:aws:s3:::b/x.json, true",
    "arn:aws:s3:::b/*.json, arn:aws:s3:::b/xjson, false",
    "arn:aws:s3:::B/*, arn:aws:s3:::b/x, false",
    "*, arn:aws:s3:::b, true"
  })
  void resourcesHaveWildcards(String pattern, String resource, boolean matches) {
    Map<String, Object> statement = statement(Map.of());
    statement.put("Resource", pattern);
    Call call = new Call("s3:GetObject", resource, Context.of(Map.of()));
    assertThat(matches(statement, call)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    // operator, in the policy, in the call (- for none), whether it holds
    "StringEquals, red, red, true",
    "StringEquals, red, Red, false",
    "StringEquals, r*, red, false",
    "StringEquals, red, -, false",
    "StringEqualsIfExists, red, -, true",
    "StringEqualsIfExists, red, blue, false",
    "StringNotEquals, red, blue, true",
    "StringNotEquals, red, red, false",
    "StringNotEquals, red, -, true",
    "StringEqualsIgnoreCase, red, Red, true",
    "StringLike, r*, red, true",
    "StringLike, r?, red, false",
    "StringNotLike, r*, red, false",
    "Bool, true, TRUE, true",
    "Bool, true, false, false",
    "Bool, false, -, false",
    "Null, true, -, true",
    "Null, true, red, false",
    "Null, false, red, true",
    "Null, false, -, false",
    "ArnLike, arn:aws:sns:*:1:t*, arn:aws:sns:x:1:topic, true",
    "ArnEquals, arn:aws:sns:*:1:topic, arn:aws:sns:x:1:topic, true",
    "ArnEquals, arn:aws:*:topic, arn:aws:sns:x:1:topic, false",
    "ArnNotEquals, arn:aws:sns:x:1:topic, arn:aws:sns:x:1:topic, false"
  })
  void operatorsCompare(String operator, String wanted, String found, boolean holds) {
    Map<String, List<String>> context = found.equals("-") ? Map.of() : Map.of("k", List.of(found));
    assertThat(holds(operator, Map.of("k", wanted), context)).isEqualTo(holds);
  }

  @Test
  void oneOfTheValuesIsEnoughAndEveryKeyIsNeeded() {
    Map<String, Object> colours = Map.of("k", List.of("red", "blue"));
    assertThat(holds("StringEquals", colours, Map.of("k", List.of("blue")))).isTrue();
    assertThat(holds("StringNotEquals", colours, Map.of("k", List.of("blue")))).isFalse();
    assertThat(holds("StringNotEquals", colours, Map.of("k", List.of("green")))).isTrue();
    Map<String, Object> two = Map.of("k", "red", "l", "long");
    assertThat(holds("StringEquals", two, Map.of("k", List.of("red")))).isFalse();
    assertThat(holds("StringEquals", two, Map.of("K", List.of("red"), "l", List.of("long"))))
        .as("keys have no case")
        .isTrue();
  }

  @Test
  void manyValuedKeysNeedAQuantifier() {
    Map<String, Object> allowed = Map.of("aws:TagKeys", List.of("a", "b"));
    Map<String, List<String>> some = Map.of("aws:TagKeys", List.of("a", "c"));
    Map<String, List<String>> only = Map.of("aws:TagKeys", List.of("a", "b"));
    assertThat(holds("ForAllValues:StringEquals", allowed, only)).isTrue();
    assertThat(holds("ForAllValues:StringEquals", allowed, some)).isFalse();
    assertThat(holds("ForAllValues:StringEquals", allowed, Map.of())).isTrue();
    assertThat(holds("ForAnyValue:StringEquals", allowed, some)).isTrue();
    assertThat(holds("ForAnyValue:StringEquals", allowed, Map.of())).isFalse();
    assertThatThrownBy(() -> holds("StringEquals", allowed, some))
        .hasMessageContaining("ForAllValues");
  }

  @Test
  void policyVariablesAreThoseOfTheCall() {
    Map<String, Object> itself =
        Map.of("ec2:SourceInstanceARN", INSTANCE.replace("i-1", "${ec2:InstanceID}"));
    Map<String, List<String>> own =
        Map.of("ec2:SourceInstanceARN", List.of(INSTANCE), "ec2:InstanceID", List.of("i-1"));
    Map<String, List<String>> other =
        Map.of("ec2:SourceInstanceARN", List.of(INSTANCE), "ec2:InstanceID", List.of("i-2"));
    assertThat(holds("ArnEquals", itself, own)).isTrue();
    assertThat(holds("ArnEquals", itself, other)).isFalse();
    assertThat(holds("ArnEquals", itself, Map.of("ec2:SourceInstanceARN", List.of(INSTANCE))))
        .as("a variable that the call does not have")
        .isFalse();
  }

  @Test
  void whatIsNotUnderstoodFails() {
    assertThatThrownBy(() -> holds("DateGreaterThan", Map.of("k", "x"), Map.of("k", List.of("y"))))
        .hasMessageContaining("DateGreaterThan");
    Map<String, Object> statement = statement(Map.of());
    statement.put("NotResource", "*");
    assertThatThrownBy(() -> matches(statement, call(Map.of(), "s3:GetObject")))
        .hasMessageContaining("NotResource");
  }

  private static boolean holds(
      String operator, Map<String, Object> keys, Map<String, List<String>> context) {
    return matches(statement(Map.of(operator, keys)), call(context, "s3:GetObject"));
  }

  private static Map<String, Object> statement(Map<String, Object> condition) {
    return Template.map(
        Map.of("Effect", "Allow", "Action", "s3:*", "Resource", "*", "Condition", condition));
  }

  private static Call call(Map<String, List<String>> context, String action) {
    return new Call(action, INSTANCE, Context.of(context));
  }

  private static boolean matches(Map<String, Object> statement, Call call) {
    return Statement.of(Map.of("Statement", List.of(statement))).get(0).matches(call);
  }
}
