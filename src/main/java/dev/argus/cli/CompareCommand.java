package dev.argus.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.simulation.InvariantViolation;
import dev.argus.simulation.report.Comparison;
import dev.argus.simulation.report.ComparisonReport;
import dev.argus.simulation.report.Gate;
import dev.argus.simulation.report.Seeds;
import dev.argus.simulation.rivals.Controls;
import dev.argus.traffic.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The simulator, for many runs. */
@Command(
    name = "compare",
    description = {
      "Run several policies against the same traffic, of several families and seeds each, on all"
          + " cores, and compare what they cost with each other and with a fleet that knew all arrivals.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the runs are over, and the first policy kept to its --gate",
      "1:it did not, or a run broke a rule that must hold all along",
      "2:the command line, a setting or a file is wrong"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CompareCommand implements Callable<Integer> {
  private static final Duration USUAL_LENGTH = Duration.ofHours(4);

  @Spec private CommandSpec spec;

  @Option(
      names = "--policies",
      paramLabel = "P",
      split = ",",
      description = "Of which the first is judged by --gate (default: all that there are).")
  private List<String> policies = Controls.names();

  @Option(
      names = "--families",
      paramLabel = "F",
      split = ",",
      converter = FamilyOption.class,
      description = "What traffic comes (default: all seven).")
  private List<Family> families = List.of(Family.values());

  @Option(
      names = "--seeds",
      paramLabel = "N",
      converter = SeedsOption.class,
      defaultValue = "24-26",
      description = "Of each family: 24-26, or 24,25 (default: ${DEFAULT-VALUE}).")
  private Seeds seeds;

  @Mixin private SimulationOptions options;

  @Mixin private ReportOptions output;

  @Override
  public Integer call() throws IOException {
    if (!spec.parent().commandLine().getParseResult().matchedOptions().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "simulate compare: its options come after that word, none before");
    }
    Gate gate = output.gate(ComparisonReport.GATE);
    SimulationOptions.silence();
    Comparison comparison = comparison(gate);
    Optional<RunsLine> line =
        Terminal.isAttached() && !output.json()
            ? Optional.of(new RunsLine(spec.commandLine().getErr(), comparison.size()))
            : Optional.empty();
    ComparisonReport report;
    try {
      report =
          comparison.run(
              Runtime.getRuntime().availableProcessors(), () -> line.ifPresent(RunsLine::step));
    } catch (InvariantViolation e) {
      spec.commandLine().getOut().println(e.getMessage());
      spec.commandLine().getOut().flush();
      return CommandLine.ExitCode.SOFTWARE;
    } finally {
      line.ifPresent(RunsLine::end);
    }
    ObjectNode json = report.toJson();
    List<String> breaches = report.breaches(gate);
    gate.judge(json, breaches);
    if (output.html() != null) {
      Files.writeString(output.html(), ComparisonReport.page(json));
    }
    return output.print(json, report.toText(), breaches);
  }

  private Comparison comparison(Gate gate) {
    try {
      Comparison comparison =
          new Comparison(
              options.settings(USUAL_LENGTH),
              policies,
              families,
              seeds.all(),
              options.rate(),
              options.faults());
      comparison.check(gate);
      return comparison;
    } catch (IllegalArgumentException e) {
      throw SimulationOptions.wrong(spec, e);
    }
  }

  /** Seeds on the command line: {@code 24-26}. */
  static final class SeedsOption implements ITypeConverter<Seeds> {
    @Override
    public Seeds convert(String text) {
      try {
        return Seeds.of(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
