package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

class SimulateCommandTest {
  private final Logger log = (Logger) LoggerFactory.getLogger("dev.argus");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Level level;

  @BeforeEach
  void keepLogLevel() {
    level = log.getLevel();
  }

  @AfterEach
  void restoreLogLevel() {
    log.setLevel(level); // the command switches it off
  }

  private int run(String... args) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] all = new String[args.length + 1];
    all[0] = "simulate";
    System.arraycopy(args, 0, all, 1, args.length);
    return commandLine.execute(all);
  }

  @Test
  void theSameOptionsPrintTheSameJson() throws Exception {
    String[] options = {"--json", "--hours", "0.2", "--family", "flash", "--faults", "all"};
    assertThat(run(options)).as(err.toString()).isZero();
    String first = out.toString();
    out.getBuffer().setLength(0);
    assertThat(run(options)).isZero();

    assertThat(out).hasToString(first);
    JsonNode json = new ObjectMapper().readTree(first);
    assertThat(json.fieldNames())
        .toIterable()
        .contains(
            "billedInstanceSeconds",
            "cost",
            "costPerThousand",
            "launches",
            "photos",
            "missFraction",
            "p50",
            "p95",
            "p99",
            "max",
            "maxNodes",
            "idleFraction");
    assertThat(json.path("photos").asLong()).isPositive();
    assertThat(json.path("billedInstanceSeconds").asLong()).isGreaterThanOrEqualTo(60);
    assertThat(json.path("unanswered").asLong()).isZero();
  }

  @Test
  void aWordThatIsNoneIsToldWithThoseThatAre() {
    assertThat(run("--family", "nonsense")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("--faults", "nonsense")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("--policy", "nonsense")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("--hours", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString())
        .contains("diurnal, gamma, mmpp")
        .contains("none, counts, launch, spot or all")
        .contains("found nonsense")
        .contains("--hours: expected above 0");
  }
}
