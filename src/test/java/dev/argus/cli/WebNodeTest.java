package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.ArgusSettings;
import dev.argus.config.InvalidSettingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebNodeTest {
  private static final Map<String, String> RELEASE =
      Map.of(
          "ARGUS_INSTALL_RELEASE_URI",
          "s3://argus-release-1-eu/releases/argus-0.1.0-abc.zip",
          "ARGUS_INSTALL_RELEASE_SHA256",
          "0".repeat(64));

  @Test
  void aControllerThatKnowsNoReleaseForItsNodesDoesNotStart() {
    assertThatThrownBy(() -> WebNode.checkThatNodesCanBoot(ArgusSettings.load(Map.of())))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("argus.install")
        .hasMessageContaining("release-uri");
    for (Map<String, String> fine :
        List.of(
            RELEASE, Map.of("ARGUS_PROFILE", "local"), Map.of("ARGUS_SCALING_MAX_WORKERS", "0"))) {
      ArgusSettings settings = ArgusSettings.load(fine);
      assertThatCode(() -> WebNode.checkThatNodesCanBoot(settings)).doesNotThrowAnyException();
    }
  }

  @Test
  void anAppNodeIsToldWhichReleaseToInstallAndNotWhatItIs() {
    Map<String, String> environment = new HashMap<>(RELEASE);
    environment.put("ARGUS_INSTALL_ROLE", "web");

    assertThat(NodeEnvironment.of(ArgusSettings.load(environment), environment))
        .containsAllEntriesOf(RELEASE)
        .doesNotContainKey("ARGUS_INSTALL_ROLE");
  }

  @Test
  void anAppNodeIsToldThePolicySoThatItAsksHowManyStayOnlyIfSomebodySays() {
    for (String policy : List.of("deadline", "backlog")) {
      Map<String, String> web = Map.of("ARGUS_PROFILE", "local", "ARGUS_SCALING_POLICY", policy);
      Map<String, String> told = NodeEnvironment.of(ArgusSettings.load(web), Map.of());
      assertThat(ArgusSettings.load(told).scaling().saysHowManyStay())
          .isEqualTo(policy.equals("deadline"));
    }
  }

  @Test
  void anAppNodeLogsAndTracesAsItsWebNodeDoesAndIsToldNoSecrets() {
    Map<String, String> environment =
        Map.of(
            "ARGUS_LOG_FORMAT", "json",
            "OTEL_TRACES_EXPORTER", "otlp",
            "OTEL_SERVICE_NAME", "web",
            "OTEL_EXPORTER_OTLP_HEADERS", "authorization=secret",
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "authorization=secret");

    assertThat(NodeEnvironment.of(ArgusSettings.load(environment), environment))
        .containsEntry("ARGUS_LOG_FORMAT", "json")
        .containsEntry("OTEL_TRACES_EXPORTER", "otlp")
        .doesNotContainKey("OTEL_SERVICE_NAME")
        .doesNotContainValue("authorization=secret");
  }

  @Test
  void tracesAreMadeOnlyWhereAnExporterIsAskedFor() {
    for (Map<String, String> off :
        List.of(
            Map.<String, String>of(),
            Map.of("OTEL_TRACES_EXPORTER", "none"),
            Map.of("OTEL_TRACES_EXPORTER", "otlp", "OTEL_SDK_DISABLED", "true"))) {
      assertThat(Telemetry.of(off, "argus-web").isOn()).as("%s", off).isFalse();
    }
  }
}
