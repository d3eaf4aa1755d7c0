package dev.argus.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.InvalidSettingException;
import dev.argus.deploy.DeployParts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** `argus provision` refuses what the template refuses, before it makes anything. */
class ParameterRulesTest {
  private static void provision(Map<String, String> parameters) throws IOException {
    DeployParts.checkParameters(Files.readString(Template.ARGUS), all(parameters));
  }

  private static Map<String, String> all(Map<String, String> parameters) {
    Map<String, String> all = new HashMap<>(TestStacks.required());
    all.putAll(parameters);
    return all;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AllowedCidr=0.0.0.0/0",
        "AllowedCidr=10.0.0.0/7",
        "Purchase=cheap",
        "WebInstanceType=large",
        "WebNodes=2",
        "WebNodes=0",
        "WebNodes=11",
        "WebNodes=many",
        "MaxWorkers=0",
        "MaxWorkers=1001",
        "MinWorkers=-1",
        "PhotoRetentionDays=8",
        "SessionManager=yes",
        "AlarmEmail=nobody",
        "CertificateArn=arn:aws:iam::1:x",
        "ReleaseKey=releases/a.zip",
        "ReleaseKey=a.zip",
        "ReleaseSha256=abc",
        "Prefix=Argus",
        "LoadBalancerScheme=public"
      })
  void whatTheTemplateRefusesIsRefused(String parameter) {
    String[] pair = parameter.split("=");
    Map<String, String> given = Map.of(pair[0], pair[1]);
    assertThatThrownBy(() -> Template.argus().with(all(given)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> provision(given)).isInstanceOf(InvalidSettingException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "AllowedCidr,10.0.0.0/8",
    "Purchase,spot-then-on-demand",
    "WebInstanceType,t3.micro",
    "MaxWorkers,1000",
    "PhotoRetentionDays,365",
    "SessionManager,true",
    "AlarmEmail,ops@example.com",
    "LoadBalancerScheme,internal",
    "LogRetentionDays,30"
  })
  void whatTheTemplateTakesIsTaken(String name, String value) {
    assertThatCode(() -> Template.argus().with(all(Map.of(name, value))))
        .doesNotThrowAnyException();
    assertThatCode(() -> provision(Map.of(name, value))).doesNotThrowAnyException();
  }

  @Test
  void theRulesOfTheTemplateAreThoseThatAreKnown() throws IOException {
    assertThat(Template.argus().section("Rules"))
        .as("each needs its like in StackParameters.checkRules")
        .containsOnlyKeys("SeveralWebNodesNeedALoadBalancer", "AReleaseHasAChecksum");
    provision(Map.of("WebNodes", "2", "CertificateArn", TestStacks.CERTIFICATE));
    provision(Map.of("ReleaseKey", "releases/a.zip", "ReleaseSha256", "0".repeat(64)));
  }
}
