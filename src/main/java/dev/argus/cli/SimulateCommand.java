package dev.argus.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.simulation.Clairvoyant;
import dev.argus.simulation.Control;
import dev.argus.simulation.InvariantViolation;
import dev.argus.simulation.NodeKind;
import dev.argus.simulation.Observer;
import dev.argus.simulation.Simulation;
import dev.argus.simulation.SimulationReport;
import dev.argus.simulation.SimulationResult;
import dev.argus.simulation.SimulationSettings;
import dev.argus.simulation.Timeline;
import dev.argus.simulation.report.Gate;
import dev.argus.simulation.report.RunReport;
import dev.argus.simulation.report.SimulationPage;
import dev.argus.simulation.rivals.Controls;
import dev.argus.traffic.Arrivals;
import dev.argus.traffic.Family;
import dev.argus.traffic.Trace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
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
    exitCodeList = {
      "0:the run is over, and kept to its --gate",
      "1:it did not, or it broke a rule that must hold all along",
      "2:the command line, a setting or a file is wrong"
    },
    subcommands = {CompareCommand.class, SweepCommand.class},
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SimulateCommand implements Callable<Integer> {
  private static final Duration USUAL_LENGTH = Duration.ofHours(24);

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
      description =
          "Traffic from a file in place of a family, as for argus load: all of it, or its first"
              + " --hours.")
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

  @Option(
      names = "--rivals",
      paramLabel = "P",
      split = ",",
      description = "Policies that are run against the same traffic too (default: none).")
  private List<String> rivals = List.of();

  @Mixin private SimulationOptions options;

  @Option(
      names = "--nodes",
      paramLabel = "KIND",
      converter = NodesOption.class,
      defaultValue = "model",
      description =
          "What runs on nodes: model, a service time for each photo, or stream, the whole worker but"
              + " its network, for tens of nodes (default: ${DEFAULT-VALUE}).")
  private NodeKind nodes;

  @Option(
      names = "--replay",
      paramLabel = "SEED",
      description =
          "Show what happens in the run of this seed, line by line, up to a rule that it breaks.")
  private Long replay;

  @Mixin private ReportOptions output;

  @Override
  public Integer call() throws IOException {
    Gate gate = output.gate(Gate.OF_A_RUN);
    SimulationOptions.silence();
    PrintWriter out = spec.commandLine().getOut();
    // Beside JSON, which others read, it goes where messages do.
    PrintWriter told = output.json() ? spec.commandLine().getErr() : out;
    Timeline timeline = new Timeline(told::println);
    RunReport report;
    try {
      report = run(replay != null ? timeline : new Observer() {});
    } catch (InvariantViolation e) {
      timeline.end();
      told.flush();
      out.println(e.getMessage());
      out.flush();
      if (e.getCause() != null) {
        e.getCause().printStackTrace(spec.commandLine().getErr());
        spec.commandLine().getErr().flush();
      }
      return CommandLine.ExitCode.SOFTWARE;
    }
    timeline.end();
    told.flush();
    ObjectNode json = report.toJson();
    List<String> breaches = gate.breaches(json);
    gate.judge(json, breaches);
    if (output.html() != null) {
      Files.writeString(output.html(), SimulationPage.of(report, json));
    }
    return output.print(json, report.toText(), breaches);
  }

  private long seed() {
    return replay != null ? replay : seed;
  }

  private List<String> arguments() {
    return spec.commandLine().getParseResult().originalArgs();
  }

  /**
   * What shows a run again.
   *
   * @param arguments that it was asked for with, the word {@code simulate} among them
   * @param policy of the run, which may be a rival's
   */
  static String replayCommand(List<String> arguments, String policy, long seed) {
    List<String> words = new ArrayList<>(arguments);
    for (String option : List.of("--seed", "--replay", "--policy", "--rivals")) {
      for (int at = words.indexOf(option); at >= 0; at = words.indexOf(option)) {
        words.subList(at, Math.min(at + 2, words.size())).clear();
      }
      words.removeIf(word -> word.startsWith(option + "="));
    }
    words.replaceAll(word -> word.contains(" ") ? "'" + word + "'" : word);
    return "argus " + String.join(" ", words) + " --policy " + policy + " --replay " + seed;
  }

  private RunReport run(Observer observer) {
    ExecutorService others = // all but this thread's
        Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors() - 1), SimulateCommand::thread);
    try {
      return run(observer, others);
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } catch (IllegalArgumentException e) {
      throw SimulationOptions.wrong(spec, e);
    } finally {
      others.shutdownNow();
    }
  }

  private RunReport run(Observer observer, Executor others) {
    Optional<Trace> recorded = recorded();
    SimulationSettings settings =
        options.settings(recorded.map(Trace::length).orElse(USUAL_LENGTH));
    String name = policy != null ? policy : settings.argus().scaling().policy();
    check("--policy", name, settings);
    List<String> names = rivals.stream().distinct().toList();
    names.forEach(rival -> check("--rivals", rival, settings));
    Arrivals arrivals =
        recorded.isPresent() ? recorded.get() : family.arrivals(options.rate(), settings.length());
    CompletableFuture<Optional<Clairvoyant>> clairvoyant =
        CompletableFuture.supplyAsync(() -> Clairvoyant.of(settings, arrivals, seed()), others);
    List<CompletableFuture<RunReport.Rival>> rivalRuns =
        names.stream()
            .map(
                rival ->
                    CompletableFuture.supplyAsync(
                        () ->
                            new RunReport.Rival(
                                rival, run(settings, rival, arrivals, new Observer() {})),
                        others))
            .toList();
    SimulationResult result = run(settings, name, arrivals, observer);
    double meanRate = result.photos() / (settings.length().toNanos() / 1e9);
    return new RunReport(
        new SimulationReport(
            recorded.isPresent() ? trace.getFileName().toString() : family.toString(),
            seed(),
            recorded.isPresent() ? meanRate : options.rate(),
            name,
            options.faults(),
            nodes,
            settings,
            result,
            clairvoyant.join()),
        recorded.stream().mapToLong(all -> all.size() - result.photos()).findFirst(),
        rivalRuns.stream().map(CompletableFuture::join).toList());
  }

  /** A rival's run that nobody waits for any more must not keep the program. */
  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "simulation");
    thread.setDaemon(true);
    return thread;
  }

  private SimulationResult run(
      SimulationSettings settings, String name, Arrivals arrivals, Observer observer) {
    try {
      return Simulation.run(settings, control(name, settings), arrivals, seed(), nodes, observer);
    } catch (InvariantViolation e) {
      throw e.seenAgainBy(replayCommand(arguments(), name, seed()));
    }
  }

  private Control control(String name, SimulationSettings settings) {
    return Controls.named(
        name, settings.argus(), trace != null ? Optional.empty() : Optional.of(family));
  }

  /** Found before the runs, and with the option that is wrong. */
  private void check(String option, String name, SimulationSettings settings) {
    if (!Controls.names().contains(name)) {
      throw new IllegalArgumentException(
          "%s: expected %s, found '%s'"
              .formatted(option, String.join(", ", Controls.names()), name));
    }
    Control control = control(name, settings);
    if (nodes == NodeKind.STREAM && !control.isArgus()) {
      throw new IllegalArgumentException(
          "%s: expected deadline or backlog, which alone go with --nodes stream, found '%s'"
              .formatted(option, name));
    }
  }

  private Optional<Trace> recorded() {
    if (trace == null) {
      return Optional.empty();
    }
    try {
      Trace recorded = Trace.read(trace);
      if (!options.hasLength() && recorded.length().compareTo(SimulationOptions.MAX_LENGTH) > 0) {
        throw new IllegalArgumentException(
            "expected 366 days at most, found more; --hours 8784 leaves out what comes later");
      }
      return Optional.of(recorded);
    } catch (IOException e) {
      throw new IllegalArgumentException("--trace: the trace cannot be read: " + e, e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--trace: " + e.getMessage(), e);
    }
  }

  /** A kind of nodes by its name. */
  static final class NodesOption implements ITypeConverter<NodeKind> {
    @Override
    public NodeKind convert(String text) {
      return switch (text) {
        case "model" -> NodeKind.MODEL;
        case "stream" -> NodeKind.STREAM;
        default ->
            throw new TypeConversionException("expected model or stream, found '" + text + "'");
      };
    }
  }
}
