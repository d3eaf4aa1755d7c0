package dev.argus.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.aws.UserData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The install stage on a machine that has just come up: what it does, in which order, and when not.
 */
class InstallStageIT {
  private static final Path SCRIPT = Path.of("deploy/user-data.sh");
  private static final String KEY = "releases/argus.zip";
  private static final String UNITS = "/etc/systemd/system/";
  private static final String AGENT =
      "amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:/etc/argus/cloudwatch-agent.json";
  private static final String SWITCHED_OFF = "shutdown -h now";

  @TempDir private Path directory;
  private MetadataStandIn metadata;
  private CleanRoot machine;
  private final Map<String, String> settings = new HashMap<>();

  @BeforeEach
  void prepare() throws Exception {
    metadata = new MetadataStandIn();
    machine =
        new CleanRoot(
            Files.createDirectory(directory.resolve("root")),
            Files.createDirectory(directory.resolve("outside")));
    Path object = machine.file("/bucket/team-release/" + KEY);
    Files.createDirectories(object.getParent());
    Files.copy(Release.zip(), object);
    settings.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url());
    settings.put("ARGUS_NAMES_PREFIX", "team");
    settings.put("ARGUS_INSTALL_RELEASE_URI", "s3://team-release/" + KEY);
    settings.put("ARGUS_INSTALL_RELEASE_SHA256", Release.sha256());
  }

  @AfterEach
  void stop() {
    metadata.close();
  }

  private Shell.Ended install() throws IOException, InterruptedException {
    return machine.run(UserData.of(settings, SCRIPT));
  }

  private String modeOf(String path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(machine.file(path)));
  }

  /** The environment file as a shell reads it. */
  private Map<String, String> environmentOfUnits() throws IOException, InterruptedException {
    Shell.Ended shell =
        Shell.run(
            directory,
            Map.of(),
            List.of(
                "bash", "-c", "set -a; . '" + machine.file("/etc/argus/argus.env") + "'; env -0"));
    Map<String, String> environment = new HashMap<>();
    for (String entry : shell.out().split("\0")) {
      environment.put(
          entry.substring(0, entry.indexOf('=')), entry.substring(entry.indexOf('=') + 1));
    }
    return environment;
  }

  @Test
  void anAppNodeIsInstalledFromDistributionAndBucketAndStarted() throws Exception {
    settings.put("ARGUS_MODEL_NAME", "it's \"50 %\" \\ $HOME `x`");

    Shell.Ended ended = install();

    assertThat(ended.code()).as(ended.err()).isZero();
    List<String> calls = machine.calls();
    assertThat(calls.get(0)).startsWith("shutdown -h +15");
    assertThat(calls.subList(1, 3))
        .containsExactlyInAnyOrder(
            "aws s3 cp --region eu-north-1 --only-show-errors s3://team-release/"
                + KEY
                + " /var/tmp/argus-release.zip",
            "dnf install --assumeyes --quiet --setopt=install_weak_deps=False"
                + " java-17-amazon-corretto-headless amazon-cloudwatch-agent unzip");
    assertThat(calls.get(3)).startsWith("useradd --system ").endsWith(" argus");
    assertThat(calls.subList(4, calls.size()))
        .containsExactly(
            "systemctl daemon-reload",
            "systemctl enable --now argus-journal.service argus-worker.service",
            AGENT,
            "shutdown -c");
    assertThat(machine.file("/opt/argus/scripts/app-tier.sh")).isExecutable();
    assertThat(machine.file("/var/tmp/argus-release.zip")).doesNotExist();
    assertThat(machine.file(UNITS + "argus-worker.service"))
        .hasSameTextualContentAs(Path.of("systemd/argus-worker.service"));
    assertThat(machine.file(UNITS + "argus-.service.d/hardening.conf")).isReadable();
    assertThat(modeOf("/etc/argus/argus.env")).isEqualTo("rw-------");
    assertThat(environmentOfUnits())
        .containsEntry("ARGUS_MODEL_NAME", settings.get("ARGUS_MODEL_NAME"))
        .containsEntry("ARGUS_NAMES_PREFIX", "team")
        .containsEntry("AWS_REGION", MetadataStandIn.REGION)
        .doesNotContainKeys("ARGUS_INSTALL_ROLE", "ARGUS_WEB_USER_TOKEN_FILE");
  }

  @Test
  void theStagesOfTheBootAreThereForTheNodeToTell() throws Exception {
    install();

    String stages = Files.readString(machine.file("/run/argus-boot.env")).strip();
    assertThat(stages)
        .matches(
            "ARGUS_BOOT_STAGES=\"user-data=\\d{13} packages=\\d{13} release=\\d{13} unit=\\d{13}\"");
    assertThat(stages.replaceAll("[^0-9 ]", "").split(" ")).isSorted();
  }

  @Test
  void theAgentShipsTheJournalToTheGroupOfTheRole() throws Exception {
    install();

    JsonNode agent =
        new ObjectMapper().readTree(machine.file("/etc/argus/cloudwatch-agent.json").toFile());
    assertThat(agent.at("/logs/force_flush_interval").asInt()).isEqualTo(1); // seconds
    JsonNode file = agent.at("/logs/logs_collected/files/collect_list/0");
    assertThat(file.get("file_path").asText()).isEqualTo("/var/log/argus/journal.log");
    assertThat(file.get("log_group_name").asText()).isEqualTo("/argus/team/app");
    assertThat(file.get("log_stream_name").asText()).isEqualTo("{instance_id}");
    assertThat("2026-11-28 INFO").containsPattern(file.get("multi_line_start_pattern").asText());
    assertThat("\tat dev.argus")
        .doesNotContainPattern(file.get("multi_line_start_pattern").asText());
  }

  @Test
  void aWebNodeHasItsTokensInFilesOfItsOwn() throws Exception {
    settings.put("ARGUS_INSTALL_ROLE", "web");
    Files.createDirectories(machine.file("/parameters/argus/team"));
    Files.writeString(machine.file("/parameters/argus/team/user-token"), "user-0123456789\n");
    Files.writeString(machine.file("/parameters/argus/team/operator-token"), "operator-01234\n");
    Files.writeString(machine.file("/parameters/argus/team/webhook-secret"), "whsec_01234\n");
    settings.put("ARGUS_INSTALL_STACK", "team-stack");
    settings.put("ARGUS_WEB_PORT", metadata.url().replaceFirst(".*:", "")); // has no /livez

    Shell.Ended ended = install();

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(machine.calls())
        .contains(
            "systemctl enable --now argus-journal.service argus-web.service argus-livez.timer")
        .contains(
            "aws ssm get-parameter --region eu-north-1 --with-decryption --name"
                + " /argus/team/user-token --query Parameter.Value --output text",
            "aws cloudformation signal-resource --region eu-north-1 --stack-name team-stack"
                + " --logical-resource-id WebGroup --unique-id "
                + MetadataStandIn.INSTANCE
                + " --status FAILURE");
    assertThat(machine.file("/etc/argus/user-token")).content().isEqualTo("user-0123456789\n");
    assertThat(modeOf("/etc/argus/user-token")).isEqualTo("rw-------");
    assertThat(modeOf("/etc/argus/operator-token")).isEqualTo("rw-------");
    assertThat(modeOf("/etc/argus/webhook-secret")).isEqualTo("rw-------");
    assertThat(environmentOfUnits())
        .containsEntry("ARGUS_WEB_USER_TOKEN_FILE", "/etc/argus/user-token")
        .containsEntry("ARGUS_WEB_OPERATOR_TOKEN_FILE", "/etc/argus/operator-token")
        .containsEntry("ARGUS_WEB_CALLBACKS_SECRET_FILE", "/etc/argus/webhook-secret")
        .doesNotContainKey("ARGUS_INSTALL_STACK");
    assertThat(Files.readString(machine.file("/etc/argus/cloudwatch-agent.json")))
        .contains("\"/argus/team/web\"");
    assertThat(ended.out() + ended.err()).doesNotContain("0123456789");
  }

  @Test
  void aWebNodeWithoutTokensIsSwitchedOff() throws Exception {
    settings.put("ARGUS_INSTALL_ROLE", "web");

    assertSwitchedOff("/argus/team/user-token cannot be read");
    assertThat(machine.calls()).noneMatch(call -> call.startsWith("systemctl"));
  }

  @Test
  void aReleaseWithAnotherChecksumIsNotUnpackedAndTheMachineIsSwitchedOff() throws Exception {
    settings.put("ARGUS_INSTALL_RELEASE_SHA256", "0".repeat(64));

    assertSwitchedOff("expected SHA-256 " + "0".repeat(64) + " of s3://team-release/" + KEY);
    assertThat(machine.file("/opt/argus")).doesNotExist();
  }

  @Test
  void aMachineWithoutItsReleaseTriesAgainAndIsSwitchedOff() throws Exception {
    Files.delete(machine.file("/bucket/team-release/" + KEY));

    assertSwitchedOff("the release cannot be fetched from s3://team-release/" + KEY);
    assertThat(machine.calls()).filteredOn(call -> call.startsWith("aws s3 cp")).hasSize(4);
  }

  @Test
  void aMachineWithoutItsPackagesTriesAgainAndIsSwitchedOff() throws Exception {
    machine.fails("dnf");

    assertSwitchedOff("the distribution's packages cannot be installed");
    assertThat(machine.calls()).filteredOn(call -> call.startsWith("dnf ")).hasSize(4);
    assertThat(machine.file("/opt/argus")).doesNotExist();
  }

  @Test
  void aMachineWhoseMetadataServiceIsSilentIsSwitchedOff() throws Exception {
    metadata.close();

    assertSwitchedOff("the metadata service gives no token");
  }

  @Test
  void aMachineThatIsNotToldItsReleaseIsSwitchedOff() throws Exception {
    settings.remove("ARGUS_INSTALL_RELEASE_URI");

    assertSwitchedOff("expected ARGUS_INSTALL_RELEASE_URI among the settings");
  }

  @Test
  void aMachineWhoseUnitDoesNotStartIsSwitchedOff() throws Exception {
    machine.fails("systemctl");

    assertSwitchedOff("deploy/install.sh of the release failed");
  }

  @Test
  void aNodeWorksThoughItsJournalIsNotShipped() throws Exception {
    machine.fails("amazon-cloudwatch-agent-ctl");

    Shell.Ended ended = install();

    assertThat(ended.code()).isZero();
    assertThat(ended.err()).contains("the CloudWatch agent does not start");
    assertThat(machine.calls()).endsWith(AGENT, "shutdown -c");
  }

  private void assertSwitchedOff(String why) throws IOException, InterruptedException {
    Shell.Ended ended = install();

    assertThat(ended.code()).isNotZero();
    assertThat(ended.err()).contains("argus: install: ", why, "the machine is switched off");
    // What still runs in the background may be written down after it.
    assertThat(machine.calls()).contains(SWITCHED_OFF).doesNotContain("shutdown -c");
  }
}
