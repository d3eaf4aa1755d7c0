package dev.argus.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.argus.config.InvalidSettingException;
import dev.argus.simulation.Clairvoyant;
import dev.argus.simulation.Control;
import dev.argus.simulation.Faults;
import dev.argus.simulation.Simulation;
import dev.argus.simulation.SimulationReport;
import dev.argus.simulation.SimulationResult;
import dev.argus.simulation.SimulationSettings;
import dev.argus.simulation.rivals.Controls;
import dev.argus.traffic.Arrivals;
import dev.argus.traffic.Family;
import dev.argus.traffic.Trace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
    exitCodeList = {"0:the run is over", "2:the command line, a setting or a file is wrong"},
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SimulateCommand implements Callable<Integer> {
  private static final double SECONDS_PER_HOUR = 3600;

  @Spec private CommandSpec spec;

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
      names = "--hours",
      paramLabel = "H",
      defaultValue = "24",
      description = "How long photos come (default: ${DEFAULT-VALUE}).")
  private double hours;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "1",
      description = "Photos a second, on average, of a family (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--policy",
      paramLabel = "P",
      description = "Decides about launches (default: that of argus.scaling.policy).")
  private String policy;

  @Option(
      names = "--boot",
      paramLabel = "TIME",
      converter = TimeOption.class,
      defaultValue = "45s",
      description = "From a launch to a node that works, on average (default: ${DEFAULT-VALUE}).")
  private Duration boot;

  @Option(
      names = "--service",
      paramLabel = "TIME",
      converter = TimeOption.class,
      defaultValue = "250ms",
      description = "One core's work on one photo, on average (default: ${DEFAULT-VALUE}).")
  private Duration service;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      converter = TimeOption.class,
      defaultValue = "120s",
      description = "A photo that is answered later has missed it (default: ${DEFAULT-VALUE}).")
  private Duration deadline;

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "19",
      description = "App nodes at most, up to 10,000 (default: ${DEFAULT-VALUE}).")
  private int max;

  @Option(
      names = "--price",
      paramLabel = "USD",
      defaultValue = "0.1026",
      description = "An hour of an app node on demand (default: ${DEFAULT-VALUE}, a c7a.large).")
  private double price;

  @Option(
      names = "--faults",
      paramLabel = "F",
      converter = FaultsOption.class,
      defaultValue = "none",
      description =
          "What goes wrong: none, counts (late and wrong), launch (refused, throttled, never up), spot"
              + " (taken away) or all (default: ${DEFAULT-VALUE}).")
  private Faults.Kind faults;

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    // A log of each simulated photo would take longer than the run, and tells of no real one.
    ((Logger) LoggerFactory.getLogger("dev.argus")).setLevel(Level.OFF);
    SimulationReport report = run();
    spec.commandLine().getOut().println(json ? report.toJson() : report.toText());
    spec.commandLine().getOut().flush();
    return 0;
  }

  private SimulationReport run() {
    try {
      SimulationSettings settings =
          SimulationSettings.of(
              System.getenv(), length(), boot, service, deadline, max, price, Faults.of(faults));
      String name = policy != null ? policy : settings.argus().scaling().policy();
      Optional<Family> traffic = trace != null ? Optional.empty() : Optional.of(family);
      Control control = Controls.named(name, settings.argus(), traffic);
      SimulationResult result = Simulation.run(settings, control, arrivals(), seed);
      return new SimulationReport(
          trace != null ? trace.getFileName().toString() : family.toString(),
          seed,
          rate,
          name,
          faults.name().toLowerCase(Locale.ROOT),
          settings,
          result,
          Clairvoyant.of(settings, arrivals(), seed));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("simulate: " + e.getMessage(), e);
    }
  }

  private Duration length() {
    if (!(hours > 0 && hours <= 24 * 366)) {
      throw new IllegalArgumentException("--hours: expected above 0, at most 8784, found " + hours);
    }
    return Duration.ofMillis(Math.round(hours * SECONDS_PER_HOUR * 1000));
  }

  private Arrivals arrivals() {
    try {
      return trace != null ? Trace.read(trace) : family.arrivals(rate, length());
    } catch (IOException e) {
      throw new InvalidSettingException("simulate: the trace cannot be read: " + e, e);
    }
  }

  /** A set of faults by its name. */
  static final class FaultsOption implements ITypeConverter<Faults.Kind> {
    @Override
    public Faults.Kind convert(String text) {
      for (Faults.Kind kind : Faults.Kind.values()) {
        if (kind.name().toLowerCase(Locale.ROOT).equals(text)) {
          return kind;
        }
      }
      throw new TypeConversionException(
          "expected none, counts, launch, spot or all, found '" + text + "'");
    }
  }
}
