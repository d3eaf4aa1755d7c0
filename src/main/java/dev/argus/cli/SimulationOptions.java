package dev.argus.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.argus.config.InvalidSettingException;
import dev.argus.simulation.Faults;
import dev.argus.simulation.SimulationSettings;
import java.time.Duration;
import java.util.List;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What is simulated, for all commands that do. */
final class SimulationOptions {
  /** The longest that can be simulated. */
  static final Duration MAX_LENGTH = Duration.ofDays(366);

  private static final double MILLIS_PER_HOUR = 3_600_000;
  private static final double MAX_RATE = 100_000;
  private static final double MAX_PRICE = 1_000_000;
  private static final int MAX_NODES = 10_000;
  private static final Duration MIN_TIME = Duration.ofMillis(1);

  /** Sums of longer times would not fit into nanoseconds everywhere. */
  private static final Duration MAX_TIME = Duration.ofDays(30);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--hours",
      paramLabel = "H",
      description = "How long photos come (default: 24, to compare 4, all of a trace).")
  private Double hours;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "1",
      description = "Photos a second, on average, of a family (default: ${DEFAULT-VALUE}).")
  private double rate;

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

  /** A log of each simulated photo would take longer than the run, and tells of no real one. */
  static void silence() {
    ((Logger) LoggerFactory.getLogger("dev.argus")).setLevel(Level.OFF);
  }

  /**
   * The settings.
   *
   * @param usual how long photos come without {@code --hours}
   * @throws IllegalArgumentException if one is out of range; it names the option
   */
  SimulationSettings settings(Duration usual) {
    double most = MAX_LENGTH.toHours();
    check("--hours", hours == null || (hours > 0 && hours <= most), "above 0, at most 8784");
    check("--rate", rate > 0 && rate <= MAX_RATE, "above 0, at most 100,000 photos a second");
    checkTime("--boot", boot);
    checkTime("--service", service);
    checkTime("--deadline", deadline);
    check("--max", max >= 1 && max <= MAX_NODES, "1 to 10,000 nodes");
    check("--price", price >= 0 && price <= MAX_PRICE, "0 to 1,000,000 USD");
    return SimulationSettings.of(
        System.getenv(),
        hours != null ? length(hours) : usual,
        boot,
        service,
        deadline,
        max,
        price,
        Faults.of(faults));
  }

  private static Duration length(double hours) {
    return Duration.ofMillis(Math.max(1, Math.round(hours * MILLIS_PER_HOUR)));
  }

  private void checkTime(String option, Duration time) {
    boolean fits = time.compareTo(MIN_TIME) >= 0 && time.compareTo(MAX_TIME) <= 0;
    check(option, fits, "a time from 1ms to 30d");
  }

  private void check(String option, boolean fits, String expected) {
    if (!fits) {
      List<String> typed = command.findOption(option).originalStringValues();
      throw new IllegalArgumentException(
          "%s: expected %s, found '%s'".formatted(option, expected, typed.get(typed.size() - 1)));
    }
  }

  /** An error that names the command as it was typed: {@code simulate compare: ...}. */
  static InvalidSettingException wrong(CommandSpec command, IllegalArgumentException cause) {
    String name = command.qualifiedName().replaceFirst("^argus ", "");
    return new InvalidSettingException(name + ": " + cause.getMessage(), cause);
  }

  /** Whether {@code --hours} says how long photos come. */
  boolean hasLength() {
    return hours != null;
  }

  double rate() {
    return rate;
  }

  /** The name of the faults. */
  String faults() {
    return faults.toString();
  }

  /** A set of faults by its name. */
  static final class FaultsOption implements ITypeConverter<Faults.Kind> {
    @Override
    public Faults.Kind convert(String text) {
      for (Faults.Kind kind : Faults.Kind.values()) {
        if (kind.toString().equals(text)) {
          return kind;
        }
      }
      throw new TypeConversionException(
          "expected none, counts, launch, spot or all, found '" + text + "'");
    }
  }
}
