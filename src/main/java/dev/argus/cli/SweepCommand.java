package dev.argus.cli;

import dev.argus.simulation.Sweep;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Many small simulated runs in search of one that breaks a rule. */
@Command(
    name = "sweep",
    description = {
      "Run one small simulation for each seed, which decides everything in it: traffic, policy, times,"
          + " limits and faults. Stop when some have broken a rule that must hold all along, and"
          + " tell how to see them again.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all rules held in all runs",
      "1:a rule was broken",
      "2:the command line is wrong"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SweepCommand implements Callable<Integer> {
  private static final int PROGRESS = 1_000; // runs

  /** The first and the last. */
  record Seeds(long first, long last) {}

  @Spec private CommandSpec spec;

  @Option(
      names = "--seeds",
      paramLabel = "A-B",
      converter = SeedsOption.class,
      defaultValue = "1-1000",
      description = "The seeds (default: ${DEFAULT-VALUE}).")
  private Seeds seeds;

  @Override
  public Integer call() throws InterruptedException {
    if (!spec.parent().commandLine().getParseResult().matchedOptions().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "simulate sweep: its options come after that word, none before");
    }
    SimulationOptions.silence();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    int cores = Runtime.getRuntime().availableProcessors();
    long all = seeds.last() - seeds.first() + 1;
    Sweep.Outcome outcome =
        Sweep.run(
            seeds.first(),
            seeds.last(),
            cores,
            done -> {
              if (done % PROGRESS == 0) {
                err.printf("%d of %d runs%n", done, all);
                err.flush();
              }
            });
    outcome.failures().forEach(out::println);
    out.printf(
        "%d of %d runs with %d photos, %d broke a rule%n",
        outcome.runs(), all, outcome.photos(), outcome.failures().size());
    out.flush();
    return outcome.failures().isEmpty() ? 0 : 1;
  }

  /** Seeds on the command line. */
  static final class SeedsOption implements ITypeConverter<Seeds> {
    @Override
    public Seeds convert(String text) {
      String[] parts = text.split("-", 2);
      try {
        Seeds seeds = new Seeds(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        if (seeds.first() <= seeds.last()) {
          return seeds;
        }
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        // told below
      }
      throw new TypeConversionException("expected seeds such as 1-1000, found '" + text + "'");
    }
  }
}
