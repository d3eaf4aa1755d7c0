package dev.argus.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArgusSettingsTest {
  @Test
  void theFileAsShippedIsValid() {
    ArgusSettings settings = ArgusSettings.load(Map.of());
    assertThat(settings.names().requestQueue()).isEqualTo("argus-requests");
    assertThat(settings.names().responseQueue()).isEqualTo("argus-responses");
    assertThat(settings.names().deadLetterQueue()).isEqualTo("argus-requests-dead");
    assertThat(settings.scaling().maxWorkers()).isEqualTo(19);
    assertThat(settings.web().requests().deadline()).isEqualTo(Duration.ofSeconds(300));
    assertThat(settings.web().requests().inlineLimitBytes()).isEqualTo(48 * 1024);
  }

  @Test
  void anEnvironmentVariableOverridesTheSettingItIsNamedAfter() {
    ArgusSettings settings =
        ArgusSettings.load(
            Map.of(
                "ARGUS_WEB_MAX_IN_FLIGHT", "7",
                "ARGUS_WORKER_IDLE_LIMIT", "90s",
                "ARGUS_EC2_SECURITY_GROUPS", "sg-1,sg-2",
                "ARGUS_SCALING_ENABLED", "false"));
    assertThat(settings.web().admission().maxInFlight()).isEqualTo(7);
    assertThat(settings.worker().idleLimit()).isEqualTo(Duration.ofSeconds(90));
    assertThat(settings.ec2().securityGroups()).containsExactly("sg-1", "sg-2");
    assertThat(settings.scaling().enabled()).isFalse();
  }

  @Test
  void whereNodesAreLaunchedIsReadInOrderAndChecked() {
    ArgusSettings settings =
        ArgusSettings.load(
            Map.of(
                "ARGUS_EC2_LAUNCH_TEMPLATE", "lt-0123456789abcdef0",
                "ARGUS_EC2_INSTANCE_TYPES", "c7i.large, m6i.large",
                "ARGUS_EC2_SUBNETS", "",
                "ARGUS_EC2_PURCHASE", "spot-then-on-demand"));
    assertThat(settings.ec2().launchTemplateVersion()).isEqualTo("$Default");
    assertThat(settings.ec2().instanceTypes()).containsExactly("c7i.large", "m6i.large");
    assertThat(settings.ec2().subnets()).isEmpty();
    assertThat(settings.ec2().purchases()).containsExactly(Purchase.SPOT, Purchase.ON_DEMAND);
    Map.of(
            "ARGUS_EC2_LAUNCH_TEMPLATE", "argus",
            "ARGUS_EC2_LAUNCH_TEMPLATE_VERSION", "newest",
            "ARGUS_EC2_INSTANCE_TYPES", "",
            "ARGUS_EC2_SUBNETS", "vpc-1",
            "ARGUS_EC2_PURCHASE", "cheap",
            "ARGUS_EC2_POOL_REST", "0s")
        .forEach(
            (variable, value) ->
                assertThatThrownBy(() -> ArgusSettings.load(Map.of(variable, value)))
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageContaining(
                        "argus.ec2."
                            + variable
                                .substring("ARGUS_EC2_".length())
                                .toLowerCase()
                                .replace('_', '-')));
  }

  @Test
  void namesFollowThePrefixUnlessTheyAreSetThemselves() {
    ArgusSettings settings =
        ArgusSettings.load(
            Map.of("ARGUS_NAMES_PREFIX", "team", "ARGUS_NAMES_STATE_BUCKET", "elsewhere"));
    assertThat(settings.names().requestQueue()).isEqualTo("team-requests");
    assertThat(settings.names().inputBucket()).isEqualTo("team-input");
    assertThat(settings.names().stateBucket()).isEqualTo("elsewhere");
  }

  @Test
  void aProfileChangesWhatItNamesAndTheEnvironmentHasTheLastWord() {
    ArgusSettings local = ArgusSettings.load(Map.of("ARGUS_PROFILE", "local"));
    assertThat(local.worker().idleLimit()).isLessThan(Duration.ofSeconds(60));
    assertThat(local.worker().maxReceives()).isEqualTo(5);
    ArgusSettings overridden =
        ArgusSettings.load(Map.of("ARGUS_PROFILE", "local", "ARGUS_WORKER_IDLE_LIMIT", "77s"));
    assertThat(overridden.worker().idleLimit()).isEqualTo(Duration.ofSeconds(77));
  }

  @Test
  void everyLimitOfTheDoorIsCheckedByName() {
    Map<String, String> bad =
        Map.of(
            "ARGUS_WEB_MAX_BODIES", "0",
            "ARGUS_WEB_MAX_POLLS", "0",
            "ARGUS_WEB_REFUSED_CONNECTIONS", "0",
            "ARGUS_WEB_REQUEST_IDLE_TIMEOUT", "0s",
            "ARGUS_WEB_REFUSAL_TIMEOUT", "0s",
            "ARGUS_WEB_CLIENT_RATE", "0",
            "ARGUS_WEB_CLIENT_BURST", "0",
            "ARGUS_WEB_MAX_CLIENTS", "0");
    bad.forEach(
        (variable, value) ->
            assertThatThrownBy(() -> ArgusSettings.load(Map.of(variable, value)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining(
                    variable.substring("ARGUS_WEB_".length()).toLowerCase().replace('_', '-')));
  }

  @Test
  void aReleaseIsNamedWithItsChecksumOrNotAtAll() {
    String uri = "s3://argus-release-1-eu/releases/argus-0.1.0-abc.zip";
    String sha256 = "0".repeat(64);
    assertThat(ArgusSettings.load(Map.of()).install().isEmpty()).isTrue();
    assertThat(
            ArgusSettings.load(
                    Map.of(
                        "ARGUS_INSTALL_RELEASE_URI", uri, "ARGUS_INSTALL_RELEASE_SHA256", sha256))
                .install())
        .isEqualTo(new InstallSettings(uri, sha256));
    assertThatThrownBy(() -> new InstallSettings(uri, ""))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("both or neither");
    assertThatThrownBy(() -> new InstallSettings("https://elsewhere/argus.zip", sha256))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("install.release-uri");
    assertThatThrownBy(() -> new InstallSettings(uri, "0".repeat(63)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("install.release-sha256");
  }

  @Test
  void aBadValueIsNamedWithWhatWasExpectedAndFound() {
    assertThatThrownBy(() -> ArgusSettings.load(Map.of("ARGUS_WEB_PORT", "70000")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("argus.web.port")
        .hasMessageContaining("0 to 65535")
        .hasMessageContaining("70000");
    assertThatThrownBy(() -> ArgusSettings.load(Map.of("ARGUS_WEB_MAX_PHOTO_SIZE", "3GiB")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("argus.web.max-photo-size: expected less than 2 GiB");
    assertThatThrownBy(() -> ArgusSettings.load(Map.of("ARGUS_WORKER_MAX_HELD", "many")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("max-held");
    assertThatThrownBy(() -> ArgusSettings.load(Map.of("ARGUS_PROFILE", "moon")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("moon");
  }

  @Test
  void aResultOutlivesItsPhotoAndNoCallTheGraceOfTheSweep() {
    assertThatThrownBy(() -> ArgusSettings.load(Map.of("ARGUS_RETENTION_RESULTS", "30d")))
        .hasMessageContaining("argus.retention.results");
    assertThatThrownBy(() -> ArgusSettings.load(Map.of("ARGUS_RETENTION_ATTEMPTS", "13d")))
        .hasMessageContaining("14 days");
    assertThatThrownBy(() -> ArgusSettings.load(Map.of("ARGUS_AWS_CALL_TIMEOUT", "61s")))
        .hasMessageContaining("argus.web.sweep.grace");
  }

  @Test
  void aNodeReportsOftenEnoughNotToBeTakenForDead() {
    assertThatThrownBy(() -> ArgusSettings.load(Map.of("ARGUS_WORKER_REPORT_INTERVAL", "101s")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("argus.worker.report-interval, three times")
        .hasMessageContaining("argus.scaling.boot-timeout");
  }

  @Test
  void aLeaseIsNoShorterThanASecond() {
    assertThat(ArgusSettings.load(Map.of()).scaling().lease()).isEqualTo(Duration.ofSeconds(15));
    assertThatThrownBy(() -> ArgusSettings.load(Map.of("ARGUS_SCALING_LEASE", "15ms")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("argus.scaling.lease, in seconds: expected 1 to 600, found 0");
  }

  @Test
  void moreNodesMayNotStayThanMayExist() {
    assertThat(ArgusSettings.load(Map.of("ARGUS_WORKER_MIN_WORKERS", "19")).worker().minWorkers())
        .isEqualTo(19);
    assertThatThrownBy(() -> ArgusSettings.load(Map.of("ARGUS_WORKER_MIN_WORKERS", "20")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("argus.worker.min-workers: expected 0 to 19, found 20");
  }
}
