package dev.argus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.InvalidSettingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudformation.model.Parameter;

class StackParametersTest {
  private static final String TEMPLATE =
      """
      Parameters:
        # a comment
        AllowedCidr:
          Description: Default: misleading
          Type: String
          AllowedPattern: "(\\\\d{1,3}\\\\.){3}\\\\d{1,3}/\\\\d+"
          MaxLength: 18
        Subnets:
          Type: List<AWS::EC2::Subnet::Id>
        ImageId:
          Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>
          Default: /aws/service/image
        MaxWorkers:
          Type: Number
          Default: 19
          MinValue: 1
          MaxValue: 1000
        CertificateArn:
          Type: String
          Default: ""
      Resources:
        Queue:
          Type: AWS::SQS::Queue
          Properties:
            Tags:
              - {Key: a, Value: b}
        LoadBalancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Condition: HasLoadBalancer
      Outputs:
        Queue:
          Value: x
      """;
  private static final TemplateOutline OUTLINE = TemplateOutline.of(TEMPLATE);

  private static StackParameters parameters(
      Map<String, String> given, Map<String, String> previous) {
    return new StackParameters(OUTLINE, given, previous);
  }

  @Test
  void theOutlineHasWhatTheTemplateTakesAndMakes() {
    assertThat(OUTLINE.parameters().keySet())
        .containsExactly("AllowedCidr", "Subnets", "ImageId", "MaxWorkers", "CertificateArn");
    assertThat(OUTLINE.parameters().get("AllowedCidr").byDefault()).isEmpty();
    assertThat(OUTLINE.parameters().get("CertificateArn").byDefault()).contains("");
    assertThat(OUTLINE.parameters().get("ImageId").isLookedUp()).isTrue();
    assertThat(OUTLINE.resources())
        .containsExactly(
            new TemplateOutline.ResourceLine("Queue", "AWS::SQS::Queue", Optional.empty()),
            new TemplateOutline.ResourceLine(
                "LoadBalancer",
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                Optional.of("HasLoadBalancer")));
  }

  @Test
  void theTemplateIsReadWholeAndItsConditionsAreKnown() throws Exception {
    String text = Files.readString(Path.of("deploy/argus.yaml"));
    TemplateOutline outline = TemplateOutline.of(text);
    assertThat(outline.parameters().keySet())
        .contains("Prefix", "AllowedCidr", "VpcId", "Subnets", "ReleaseKey", "ReleaseSha256")
        .contains("AppInstanceTypes", "WebInstanceType", "WebNodes", "Purchase", "AlarmEmail");
    assertThat(outline.parameters().get("AllowedCidr").byDefault()).isEmpty();
    long types = text.lines().filter(line -> line.matches("    Type: AWS::\\w+::\\w+")).count();
    assertThat(outline.resources()).hasSize((int) types).hasSizeGreaterThan(20);
    assertThat(outline.resources())
        .extracting(TemplateOutline.ResourceLine::name)
        .containsAll(Set.of("InputBucket", "OutputBucket", "StateBucket", "ReleaseBucket"))
        .contains("WebRole", "AppRole", "AppProfile", "AppLaunchTemplate");
    StackParameters first =
        new StackParameters(
            outline,
            Map.of("AllowedCidr", "203.0.113.0/24", "VpcId", "vpc-1", "Subnets", "a,b"),
            Map.of());
    assertThat(FirstDeployment.lines(first, Map.of("InputBucket", "argus-input-1")))
        .contains("take over InputBucket (AWS::S3::Bucket): argus-input-1 is there")
        .contains("create OutputBucket (AWS::S3::Bucket)")
        .noneMatch(line -> line.contains("LoadBalancer"))
        .noneMatch(line -> line.contains(", if "));
    assertThat(FirstDeployment.lines(first.with("CertificateArn", "arn:aws:acm:a:1:b"), Map.of()))
        .anyMatch(line -> line.contains("ElasticLoadBalancingV2::LoadBalancer)"));
  }

  @Test
  void whatWasGivenBeatsWhatTheStackHasAndThatBeatsTheDefault() {
    Map<String, String> previous = Map.of("MaxWorkers", "5", "AllowedCidr", "10.0.0.0/8");
    assertThat(parameters(Map.of("MaxWorkers", "7"), previous).numberOf("MaxWorkers")).isEqualTo(7);
    assertThat(parameters(Map.of(), previous).numberOf("MaxWorkers")).isEqualTo(5);
    assertThat(parameters(Map.of(), Map.of()).numberOf("MaxWorkers")).isEqualTo(19);
  }

  @Test
  void whatTheStackHasStaysAndAnImageIsLookedUpAgain() {
    var sdk =
        parameters(
                Map.of("MaxWorkers", "7"),
                Map.of(
                    "AllowedCidr",
                    "10.0.0.0/8",
                    "Subnets",
                    "a,b",
                    "ImageId",
                    "ami-1",
                    "CertificateArn",
                    "",
                    "Gone",
                    "x"))
            .toSdk();
    assertThat(sdk)
        .containsExactlyInAnyOrder(
            Parameter.builder().parameterKey("MaxWorkers").parameterValue("7").build(),
            Parameter.builder().parameterKey("AllowedCidr").usePreviousValue(true).build(),
            Parameter.builder().parameterKey("Subnets").usePreviousValue(true).build());
  }

  @Test
  void whatHasNoDefaultMustBeGiven() {
    assertThatThrownBy(() -> parameters(Map.of("Subnets", "a"), Map.of()).toSdk())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("AllowedCidr");
    assertThatThrownBy(() -> parameters(Map.of("Colour", "red"), Map.of()))
        .hasMessageContaining("no parameter Colour");
  }

  @Test
  void whatTheTemplateDoesNotTakeIsRefusedWithWhatItTakes() {
    StackParameters.check(OUTLINE, Map.of("MaxWorkers", "1000", "AllowedCidr", "10.0.0.0/8"));
    assertThatThrownBy(() -> StackParameters.check(OUTLINE, Map.of("MaxWorkers", "0")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("MaxWorkers: expected a whole number of at least 1 and at most 1000");
    assertThatThrownBy(() -> StackParameters.check(OUTLINE, Map.of("MaxWorkers", "x")))
        .hasMessageContaining("found \"x\"");
    assertThatThrownBy(() -> StackParameters.check(OUTLINE, Map.of("AllowedCidr", "all")))
        .hasMessageContaining("AllowedCidr");
    assertThatThrownBy(
            () -> StackParameters.check(OUTLINE, Map.of("AllowedCidr", "111.111.111.111/1111")))
        .hasMessageContaining("at most 18");
  }

  @Test
  void whatTheStackHasIsHeldAgainstTheTemplateToo() {
    assertThatThrownBy(() -> parameters(Map.of(), Map.of("MaxWorkers", "1001")).check())
        .hasMessageContaining("MaxWorkers");
    parameters(Map.of("MaxWorkers", "7"), Map.of("MaxWorkers", "1001")).check();
  }

  @Test
  void onlyWhatIsAskedForAndOtherDiffersHoweverAListIsSpaced() {
    Map<String, String> previous = Map.of("MaxWorkers", "5", "Subnets", "a, b");
    assertThat(parameters(Map.of("Subnets", "a,b"), previous).differences()).isEmpty();
    assertThat(parameters(Map.of("Subnets", "b,a"), previous).differences())
        .containsExactly("Subnets: a, b, and b,a is asked for");
    assertThat(parameters(Map.of("MaxWorkers", "7"), previous).differences())
        .containsExactly("MaxWorkers: 5, and 7 is asked for");
  }
}
