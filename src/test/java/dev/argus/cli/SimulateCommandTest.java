package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

class SimulateCommandTest {
  private final Logger log = (Logger) LoggerFactory.getLogger("dev.argus");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Level level;

  @TempDir Path folder;

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

  private JsonNode json(String... args) throws Exception {
    out.getBuffer().setLength(0);
    assertThat(run(args)).as(err.toString()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void aTraceIsPlayedToItsEnd() throws Exception {
    String trace = Files.writeString(folder.resolve("two-days.csv"), "10\n100000\n").toString();
    JsonNode whole = json("--trace", trace, "--json");
    assertThat(whole.path("photos").asLong()).isEqualTo(2);
    assertThat(whole.path("leftOut").asLong(-1)).isZero();
    assertThat(whole.path("hours").asDouble()).isEqualTo(100_001 / 3600.0);
    assertThat(whole.path("rate").asDouble()).isEqualTo(2 / 100_001.0);
    assertThat(json("--hours", "0.01", "--rate", "0.5", "--json").has("leftOut")).isFalse();
  }

  @Test
  void whatHoursLeaveOutOfATraceIsTold() throws Exception {
    String trace =
        Files.writeString(folder.resolve("hour.csv"), "10\n1800\n1801\n3600\n").toString();
    JsonNode half = json("--trace", trace, "--hours", "0.5", "--json");
    assertThat(half.path("photos").asLong()).isEqualTo(1);
    assertThat(half.path("leftOut").asLong()).isEqualTo(3);
    assertThat(half.path("rate").asDouble()).isEqualTo(1 / 1800.0);

    assertThat(run("--trace", trace, "--hours", "0.5")).isZero();
    assertThat(out.toString()).contains("left out  3 photos of the trace");
  }

  @Test
  void aTraceThatIsTooLongIsRefusedUnlessHoursCutIt() throws Exception {
    String trace = Files.writeString(folder.resolve("year.csv"), "1\n31622400\n").toString();
    assertThat(run("--trace", trace)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("--trace: expected 366 days at most");
    JsonNode first = json("--trace", trace, "--hours", "0.1", "--json");
    assertThat(first.path("leftOut").asLong()).isEqualTo(1);
  }

  @Test
  void rivalsMeetTheSameTraffic() throws Exception {
    Path page = folder.resolve("run.html");
    String[] options = {"--hours=0.2", "--rivals", "keda,backlog,keda", "--faults", "spot"};
    JsonNode run = json(with(options, "--json", "--html", page.toString()));
    JsonNode rivals = run.path("rivals");
    assertThat(rivals.findValuesAsText("policy")).containsExactly("keda", "backlog");
    JsonNode alone = json("--hours=0.2", "--policy", "keda", "--faults", "spot", "--json");
    for (String number :
        List.of("billedInstanceSeconds", "cost", "launches", "missFraction", "p95")) {
      assertThat(rivals.get(0).get(number)).as(number).isEqualTo(alone.get(number));
    }
    assertThat(alone.has("rivals")).isFalse();
    assertThat(page).content().contains("\"rivals\":[{\"policy\":\"keda\"");

    assertThat(run(options)).isZero();
    assertThat(out.toString()).contains("rival     keda: ").contains("rival     backlog: ");
  }

  @Test
  void aRivalThatIsNoneIsTold() {
    assertThat(run("--rivals", "keda,nonsense")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("--rivals", "keda", "--nodes", "stream")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString())
        .contains("--rivals: expected deadline, backlog, ")
        .contains("found 'nonsense'")
        .contains("go with --nodes stream, found 'keda'");
  }

  private static String[] with(String[] options, String... more) {
    return Stream.of(options, more).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void aRunThatBreaksARuleIsShownAgainByTheSameOptions() {
    assertThat(
            SimulateCommand.replayCommand(
                List.of("simulate", "--seed", "3", "--trace", "two words.csv", "--hours=2"),
                "deadline",
                7))
        .isEqualTo("argus simulate --trace 'two words.csv' --hours=2 --policy deadline --replay 7");
    assertThat(
            SimulateCommand.replayCommand(
                List.of("simulate", "--rivals", "keda", "--policy=deadline", "--rivals", "backlog"),
                "keda",
                7))
        .as("of a rival")
        .isEqualTo("argus simulate --policy keda --replay 7");
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
        .contains("--policy: expected deadline, backlog, ")
        .contains("found 'nonsense'")
        .contains("--hours: expected above 0");
  }

  @Test
  void aGateThatIsNotKeptToIsToldAndFails() throws Exception {
    Path page = folder.resolve("run.html");
    String[] options = {
      "--hours", "0.1", "--gate", "ratioToBound=0.5,missFraction=1", "--html", page.toString()
    };
    assertThat(run(options)).isEqualTo(CommandLine.ExitCode.SOFTWARE);
    assertThat(out.toString()).contains("not kept  ratioToBound is").doesNotContain("missFraction");
    assertThat(page).content().contains("var uPlot=").contains("ratioToBound is");
  }

  @Test
  void policiesAreComparedAndTheFirstIsJudged() throws Exception {
    Path page = folder.resolve("comparison.html");
    String[] options = {
      "compare",
      "--hours",
      "0.1",
      "--policies",
      "deadline,backlog",
      "--families",
      "gamma",
      "--seeds",
      "21",
      "--gate",
      "missFraction=1,costWorst=0",
      "--html",
      page.toString(),
      "--json"
    };
    assertThat(run(options)).isEqualTo(CommandLine.ExitCode.SOFTWARE);
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.path("cells")).hasSize(2);
    assertThat(json.path("passed").asBoolean(true)).isFalse();
    assertThat(json.path("breaches")).hasSize(1);
    assertThat(json.at("/breaches/0").asText()).startsWith("deadline, gamma: costWorst is ");
    assertThat(page).content().contains("var uPlot=");
  }

  @Test
  void wrongUseIsToldBeforeAnythingRuns() {
    List<String[]> wrong =
        List.of(
            new String[] {"--gate", "ratio=1"},
            new String[] {"--gate", "p95=fast"},
            new String[] {"--gate", "medianRatio=1"},
            new String[] {"--html", folder.toString()},
            new String[] {"--hours", "1", "compare"},
            new String[] {"compare", "--policies", "nonsense"},
            new String[] {"compare", "--seeds", "3-1"},
            new String[] {"compare", "--rate", "0"},
            new String[] {"compare", "--gate", "p95=1"},
            new String[] {"compare", "--policies", "deadline", "--gate", "rivalRatio=1"});
    for (String[] options : wrong) {
      assertThat(run(options)).as(String.join(" ", options)).isEqualTo(CommandLine.ExitCode.USAGE);
    }
    assertThat(err.toString())
        .contains("found 'ratio'")
        .contains("no report can be written")
        .contains("simulate compare: its options come after that word")
        .contains("found 'nonsense'")
        .contains("found '3-1'")
        .contains("two policies");
    assertThat(out.toString()).isEmpty();
  }

  /** What is wrong, then the one line that tells it. */
  private static Stream<Arguments> wrongValues() {
    return Stream.of(
        arguments("--boot 1000000d", "--boot: expected a time from 1ms to 30d, found '1000000d'"),
        arguments("--boot 0s", "--boot: expected a time from 1ms to 30d, found '0s'"),
        arguments("--service 1us", "--service: expected a time from 1ms to 30d, found '1us'"),
        arguments("--deadline 31d", "--deadline: expected a time from 1ms to 30d, found '31d'"),
        arguments("--max 20000", "--max: expected 1 to 10,000 nodes, found '20000'"),
        arguments("--max 0", "--max: expected 1 to 10,000 nodes, found '0'"),
        arguments("--price -1", "--price: expected 0 to 1,000,000 USD, found '-1'"),
        arguments("--price Infinity", "--price: expected 0 to 1,000,000 USD, found 'Infinity'"),
        arguments(
            "--rate 0", "--rate: expected above 0, at most 100,000 photos a second, found '0'"),
        arguments("--hours NaN", "--hours: expected above 0, at most 8784, found 'NaN'"),
        arguments(
            "--gate nonsense",
            "--gate: expected NAME=MAX such as ratioToBound=1.35, found 'nonsense'"),
        arguments(
            "--gate missFraction=low", "--gate: expected a number for missFraction, found 'low'"));
  }

  @ParameterizedTest
  @MethodSource("wrongValues")
  void aWrongValueIsToldWithItsOptionAndWhatIsAllowed(String options, String message) {
    assertThat(run(options.split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run(with(new String[] {"compare"}, options.split(" "))))
        .isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString().lines())
        .containsExactly("argus: simulate: " + message, "argus: simulate compare: " + message);
  }

  @Test
  void theLeastAndTheMostAreTaken() throws Exception {
    String[] least = {"--boot", "1ms", "--service", "1ms", "--deadline", "1ms", "--hours", "1e-9"};
    assertThat(json(with(least, "--max", "1", "--price", "0", "--json")).has("photos")).isTrue();
    String[] most = {"--boot", "30d", "--service", "30d", "--deadline", "30d", "--hours", "0.01"};
    assertThat(json(with(most, "--max", "10000", "--json")).path("photos").asLong()).isPositive();
  }

  @Test
  void aTraceThatCannotBeReadIsTold() throws Exception {
    String missing = folder.resolve("missing.csv").toString();
    String wrong = Files.writeString(folder.resolve("wrong.csv"), "1\nx\n").toString();
    assertThat(run("--trace", missing)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("--trace", folder.toString())).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("--trace", wrong)).isEqualTo(CommandLine.ExitCode.USAGE);
    String start = "argus: simulate: --trace: ";
    assertThat(err.toString().lines())
        .hasSize(3)
        .startsWith(
            start + "the trace cannot be read: there is no file " + missing,
            start + "the trace cannot be read: " + folder + " is a folder")
        .last()
        .asString()
        .startsWith(start + wrong + ", line 2");
  }

  @Test
  void aBoundOfNothingHasNoRatio() {
    assertThat(run("--hours", "0.1", "--deadline", "100ms")).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("at least  0 instance seconds with all arrivals known, so there is no ratio")
        .doesNotContain("times that");
  }

  @Test
  void seedsThatNothingWasTunedOnAreCompared() throws Exception {
    JsonNode json =
        json(
            "compare",
            "--hours",
            "0.02",
            "--policies",
            "deadline",
            "--families",
            "gamma",
            "--json");
    assertThat(json.path("seeds").toString()).isEqualTo("[24,25,26]");
  }

  @Test
  void replayTellsWhatHappensInTheRunOfASeed() {
    String[] replay = {"--hours=0.05", "--family", "diurnal", "--rate", "0.2", "--replay", "4"};
    assertThat(run(replay)).as(err.toString()).isZero();

    assertThat(out.toString())
        .containsSubsequence("came", "decision: launch", "launched", "booted", "leaves", "ends")
        .contains("seed 4");
  }

  @Test
  void sweepRunsACaseForEachSeed() {
    assertThat(run("sweep", "--seeds", "1-3")).as(err.toString()).isZero();
    assertThat(out.toString()).startsWith("3 of 3 runs with ").contains(", 0 broke a rule");

    assertThat(run("sweep", "--seeds", "3")).isEqualTo(2);
    assertThat(err.toString()).contains("expected seeds such as 1-1000");
  }
}
