package dev.argus.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.config.InvalidSettingException;
import dev.argus.simulation.Clairvoyant;
import dev.argus.simulation.Control;
import dev.argus.simulation.Simulation;
import dev.argus.simulation.SimulationReport;
import dev.argus.simulation.SimulationResult;
import dev.argus.simulation.SimulationSettings;
import dev.argus.simulation.report.Gate;
import dev.argus.simulation.report.SimulationPage;
import dev.argus.simulation.rivals.Controls;
import dev.argus.traffic.Arrivals;
import dev.argus.traffic.Family;
import dev.argus.traffic.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The simulator. */
@Command(
    name = "simulate",
    description = {
      "Run the real controller, request actors and watchdogs in virtual time against simulated"
          + " traffic, queues and machines, and tell latency, misses, nodes and money.",
      "",
      "The same options give the same answer. Settings of conf/application.conf hold, but for those"
          + " that the options name. A time is a number with a unit: 500ms, 30s, 5m, 1h.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the run is over, and kept to its --gate",
      "1:it did not",
      "2:the command line, a setting or a file is wrong"
    },
    subcommands = CompareCommand.class,
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SimulateCommand implements Callable<Integer> {
  private static final double DEFAULT_HOURS = 24;

  @Option(
      names = "--family",
      paramLabel = "F",
      converter = FamilyOption.class,
      defaultValue = "diurnal",
      description =
          "What traffic comes: diurnal, gamma, mmpp, pareto, flash, batch or sparse (default:"
              + " ${DEFAULT-VALUE}).")
  private Family family;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Traffic from a file in place of a family, as for argus load.")
  private Path trace;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides all that is random (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--policy",
      paramLabel = "P",
      description = "Decides about launches (default: that of argus.scaling.policy).")
  private String policy;

  @Mixin private SimulationOptions options;

  @Mixin private ReportOptions output;

  @Override
  public Integer call() throws IOException {
    Gate gate = output.gate(Gate.OF_A_RUN);
    SimulationOptions.silence();
    SimulationReport report = run();
    ObjectNode json = report.toJson();
    List<String> breaches = gate.breaches(json);
    gate.judge(json, breaches);
    if (output.html() != null) {
      Files.writeString(output.html(), SimulationPage.of(report, json));
    }
    return output.print(json, report.toText(), breaches);
  }

  private SimulationReport run() {
    try {
      SimulationSettings settings = options.settings(DEFAULT_HOURS);
      String name = policy != null ? policy : settings.argus().scaling().policy();
      Optional<Family> traffic = trace != null ? Optional.empty() : Optional.of(family);
      Control control = Controls.named(name, settings.argus(), traffic);
      SimulationResult result = Simulation.run(settings, control, arrivals(settings), seed);
      return new SimulationReport(
          trace != null ? trace.getFileName().toString() : family.toString(),
          seed,
          options.rate(),
          name,
          options.faults(),
          settings,
          result,
          Clairvoyant.of(settings, arrivals(settings), seed));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("simulate: " + e.getMessage(), e);
    }
  }

  private Arrivals arrivals(SimulationSettings settings) {
    try {
      return trace != null ? Trace.read(trace) : family.arrivals(options.rate(), settings.length());
    } catch (IOException e) {
      throw new InvalidSettingException("simulate: the trace cannot be read: " + e, e);
    }
  }
}
