package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.ArgusSettings;
import dev.argus.config.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the units of systemd promise about the commands that they run. */
class UnitsTest {
  private static final Pattern STOP = Pattern.compile("(?m)^TimeoutStopSec=(\\d+)$");

  private static String unit(String name) throws IOException {
    return Files.readString(Path.of("systemd", name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"argus-web.service", "argus-worker.service"})
  void systemdWaitsForANodeLongerThanItsStopTakesAtMost(String name) throws IOException {
    Matcher stop = STOP.matcher(unit(name));
    assertThat(stop.find()).isTrue();
    assertThat(Duration.ofSeconds(Long.parseLong(stop.group(1))))
        .isGreaterThan(StopSignal.LONGEST_STOP);
  }

  @Test
  void aStopIsNotCutBeforeTheDrainIsOver() {
    WorkerSettings worker = ArgusSettings.load(Map.of()).worker();

    assertThat(worker.drainTimeout().plus(worker.giveBackTimeout()))
        .isLessThan(StopSignal.LONGEST_STOP);
  }

  /**
   * What a node says last reaches CloudWatch: units stop in the reverse order of After, so first
   * the node, then the copy of its journal, which waits for several flushes, and then the agent.
   */
  @ParameterizedTest
  @ValueSource(strings = {"argus-web.service", "argus-worker.service"})
  void theJournalIsShippedBeforeTheAgentStops(String node) throws IOException {
    assertThat(after(node)).contains("argus-journal.service");
    assertThat(unit(node)).containsPattern("(?m)^Wants=.*\\bargus-journal\\.service\\b");
    assertThat(after("argus-journal.service")).contains("amazon-cloudwatch-agent.service");
    String journal = unit("argus-journal.service");
    long waits = seconds("(?m)^ExecStop=/bin/sleep (\\d+)$", journal);
    long flushes =
        seconds(
            "\"force_flush_interval\": (\\d+),", Files.readString(Path.of("deploy/install.sh")));
    assertThat(waits).isGreaterThanOrEqualTo(3 * flushes);
    assertThat(seconds(STOP.pattern(), journal)).isGreaterThan(waits);
  }

  private static List<String> after(String name) throws IOException {
    Matcher after = Pattern.compile("(?m)^After=(.*)$").matcher(unit(name));
    assertThat(after.find()).isTrue();
    return List.of(after.group(1).split(" "));
  }

  private static long seconds(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  @Test
  void anAppNodeThatFinishesOrFailsSwitchesItsMachineOff() throws IOException {
    assertThat(unit("argus-worker.service").lines())
        .contains("SuccessAction=poweroff", "FailureAction=poweroff")
        .contains("ExecStart=/opt/argus/scripts/app-tier.sh");
  }
}
