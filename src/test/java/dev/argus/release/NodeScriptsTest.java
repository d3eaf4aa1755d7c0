package dev.argus.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts that units run, with stand-ins for what they call. */
class NodeScriptsTest {
  private static final String CONTENT = "argus: the web node answers\n";
  private static final int TRIES = 6;

  @TempDir private Path directory;
  private Path standIns;
  private final AtomicInteger checks = new AtomicInteger();
  private HttpServer web;

  @BeforeEach
  void prepare() throws IOException {
    standIns = Files.createDirectory(directory.resolve("stand-ins"));
    Shell.script(standIns.resolve("aws"), "echo \"aws $*\"");
    Shell.script(standIns.resolve("sleep"), "");
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.start();
  }

  @AfterEach
  void stop() {
    web.stop(0);
  }

  private Shell.Ended run(String script, Map<String, String> environment) throws Exception {
    Map<String, String> whole = new HashMap<>(environment);
    whole.put("PATH", standIns + ":" + System.getenv("PATH"));
    return Shell.run(directory, whole, List.of("bash", script));
  }

  /** The web node answers this on its n-th check. */
  private interface Health {
    int status(int check);
  }

  private Shell.Ended check(Health health) throws Exception {
    return runOnMachine("deploy/check-livez.sh", health);
  }

  private Shell.Ended runOnMachine(String script, Health health) throws Exception {
    web.createContext(
        "/livez",
        call -> {
          call.sendResponseHeaders(health.status(checks.incrementAndGet()), -1);
          call.close();
        });
    try (MetadataStandIn metadata = new MetadataStandIn()) {
      return run(
          script,
          Map.of(
              "AWS_REGION",
              MetadataStandIn.REGION,
              "ARGUS_INSTALL_STACK",
              "team",
              "ARGUS_WEB_HOST",
              "0.0.0.0",
              "ARGUS_WEB_PORT",
              Integer.toString(web.getAddress().getPort()),
              "AWS_EC2_METADATA_SERVICE_ENDPOINT",
              metadata.url()));
    }
  }

  /**
   * The alarm that there is no web node counts what is said of one that lives, and nothing else.
   */
  @Test
  void theAlarmCountsTheChecksThatFoundTheWebNodeAlive() throws Exception {
    Matcher pattern =
        Pattern.compile("WebNodeChecks:.*?FilterPattern: '\"(.*?)\"'", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("deploy/argus.yaml")));
    assertThat(pattern.find()).isTrue();
    assertThat(CONTENT).contains(pattern.group(1));
    Shell.Ended dead = check(n -> 503);
    assertThat(dead.out() + dead.err()).isNotEmpty().doesNotContain(pattern.group(1));
  }

  @Test
  void aWebNodeThatLivesIsLeftAlone() throws Exception {
    Shell.Ended ended = check(n -> 200);

    assertThat(ended.code()).isZero();
    assertThat(ended.out()).isEqualTo(CONTENT);
    assertThat(checks).hasValue(1);
  }

  @Test
  void aWebNodeThatIsBackInTimeIsLeftAlone() throws Exception {
    Shell.Ended ended = check(n -> n < TRIES ? 503 : 200);

    assertThat(ended.code()).isZero();
    assertThat(ended.out()).isEqualTo(CONTENT);
    assertThat(checks).hasValue(TRIES);
  }

  @Test
  void theMachineOfADeadWebNodeIsReplaced() throws Exception {
    Shell.Ended ended = check(n -> 503);

    assertThat(ended.out().strip())
        .isEqualTo(
            "aws autoscaling set-instance-health --instance-id "
                + MetadataStandIn.INSTANCE
                + " --health-status Unhealthy");
    assertThat(checks).hasValue(TRIES);
  }

  @Test
  void anUpdateIsToldThatTheWebNodeAnswersAsSoonAsItDoes() throws Exception {
    Shell.Ended ended = runOnMachine("deploy/signal-update.sh", n -> n < 3 ? 503 : 200);

    assertThat(ended.code()).isZero();
    assertThat(ended.out()).isEqualTo(signal("SUCCESS"));
    assertThat(checks).hasValue(3);
  }

  @Test
  void anUpdateIsToldThatTheWebNodeDoesNotAnswer() throws Exception {
    Shell.Ended ended = runOnMachine("deploy/signal-update.sh", n -> 503);

    assertThat(ended.code()).isZero();
    assertThat(ended.out()).isEqualTo(signal("FAILURE"));
  }

  /** A web node that was replaced while nothing is updated. */
  @Test
  void aSignalThatNobodyWaitsForIsNoFailure() throws Exception {
    Shell.script(standIns.resolve("aws"), "exit 254");

    Shell.Ended ended = runOnMachine("deploy/signal-update.sh", n -> 200);

    assertThat(ended.code()).isZero();
    assertThat(ended.err()).contains("CloudFormation takes no signal (SUCCESS) now");
  }

  private static String signal(String status) {
    return "aws cloudformation signal-resource --region "
        + MetadataStandIn.REGION
        + " --stack-name team --logical-resource-id WebGroup --unique-id "
        + MetadataStandIn.INSTANCE
        + " --status "
        + status
        + "\n";
  }

  @Test
  void theJournalOfThisBootIsCopiedFromItsStartAndLaterFromTheLastLineOn() throws Exception {
    Shell.script(standIns.resolve("journalctl"), "echo \"journalctl $*\"");
    Map<String, String> environment = Map.of("LOGS_DIRECTORY", directory.toString());

    run("deploy/copy-journal.sh", environment);
    Path copy = directory.resolve("journal.log");
    Files.setLastModifiedTime(copy, FileTime.from(Instant.ofEpochSecond(1_700_000_000)));
    run("deploy/copy-journal.sh", environment);

    List<String> lines = Files.readAllLines(directory.resolve("journal.log"));
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .contains(" --follow ", " --lines=all ", " --output=cat ")
        .contains("--unit=argus-worker.service", "--unit=argus-web.service")
        .contains("--unit=argus-livez.service", "--unit=cloud-final.service")
        .doesNotContain("--since");
    assertThat(lines.get(1)).contains(" --lines=all ", " --since=@1700000000 ");
  }

  @Test
  void theCopyOfTheJournalDoesNotGrowWithoutEnd() throws Exception {
    Shell.script(
        standIns.resolve("journalctl"),
        "yes " + "0123456789".repeat(100) + " | head -n 40000"); // 40 MB

    run("deploy/copy-journal.sh", Map.of("LOGS_DIRECTORY", directory.toString()));

    assertThat(directory.resolve("journal.log").toFile().length()).isBetween(1L, 17_000_000L);
    assertThat(directory.resolve("journal.log.old").toFile().length()).isBetween(1L, 17_000_000L);
  }

  @Test
  void anAppNodeRunsTheSameScriptWhereverItIs() throws Exception {
    Files.createDirectory(directory.resolve("scripts"));
    Shell.script(directory.resolve("scripts/argus"), "echo \"argus $*\"; exit 7");

    Shell.Ended ended = run("scripts/app-tier.sh", Map.of("ARGUS_HOME", directory.toString()));

    assertThat(ended.out()).isEqualTo("argus worker\n");
    assertThat(ended.code()).isEqualTo(7);
  }
}
