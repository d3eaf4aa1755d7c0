package dev.argus.cli;

import dev.argus.chaos.ChaosReport;
import dev.argus.chaos.ChaosRun;
import dev.argus.chaos.ChaosSettings;
import dev.argus.config.ArgusSettings;
import dev.argus.config.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Proves that nothing accepted is lost, by trying. */
@Command(
    name = "chaos",
    description = {
      "Run the whole system on this machine, send photos to it, and meanwhile kill its parts with"
          + " -9, stop and disturb SQS and S3, fail launches and take nodes away. Then check every"
          + " answer, S3, the queues and the processes.",
      "Exits with 0 only if nothing was lost, nothing answered wrongly, and nothing left running."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every promise was kept, and faults did hit",
      "1:a promise was broken, no fault hit anything, or the run was stopped or failed",
      "2:the command line or a setting is wrong"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ChaosCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same seed gives the same photos and faults (default: a random one).")
  private Long seed;

  @Option(
      names = "--photos",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Photos to send in all (default: ${DEFAULT-VALUE}).")
  private int photos;

  @Option(
      names = "--concurrency",
      paramLabel = "C",
      defaultValue = "200",
      description = "Clients at once (default: ${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--kill-every",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "Seconds between two kills (default: ${DEFAULT-VALUE}).")
  private int killEvery;

  @Option(
      names = "--max-workers",
      paramLabel = "N",
      defaultValue = "2",
      description = "App nodes at most (default: ${DEFAULT-VALUE}).")
  private int maxWorkers;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "A folder of photos (default: Argus's own, src/test/resources/photos).")
  private Path images;

  @Option(
      names = "--expected",
      paramLabel = "FILE",
      description =
          "Their right labels: a line FILE,LABEL|LABEL... for each (default: expected.csv in the"
              + " folder).")
  private Path expected;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where queues, objects and logs go, and stay (default: a temporary folder, which is"
              + " removed if all went well).")
  private Path data;

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Path place =
        data != null ? data.toAbsolutePath().normalize() : Files.createTempDirectory("argus-chaos");
    try {
      return run(place);
    } catch (InvalidSettingException e) {
      if (data == null) {
        delete(place);
      }
      throw e;
    }
  }

  private int run(Path place) throws Exception {
    StopSignal signal = StopSignal.install();
    try {
      ChaosSettings settings = settings(place);
      spec.commandLine()
          .getErr()
          .printf("chaos with seed %d; logs are in %s%n", settings.seed(), settings.data());
      spec.commandLine().getErr().flush();
      boolean live = System.console() != null && !json;
      ChaosReport report =
          new ChaosRun(
                  settings,
                  ArgusSettings.load(environment(settings)),
                  inherited(settings),
                  signal.stage())
              .run(live ? this::showProgress : (answered, nodes) -> {});
      if (live) {
        spec.commandLine().getErr().println();
      }
      spec.commandLine().getOut().println(json ? report.toJson() : report.toText());
      spec.commandLine().getOut().flush();
      if (report.ok() && data == null) {
        delete(settings.data());
      }
      return report.ok() ? 0 : 1;
    } finally {
      signal.done();
    }
  }

  private ChaosSettings settings(Path place) {
    Path folder =
        images != null
            ? images
            : Path.of(System.getenv().getOrDefault("ARGUS_HOME", "."))
                .resolve("src/test/resources/photos");
    return new ChaosSettings(
        seed != null ? seed : ThreadLocalRandom.current().nextLong(1, 1_000_000),
        photos,
        concurrency,
        Duration.ofSeconds(killEvery),
        maxWorkers,
        folder,
        expected != null ? expected : folder.resolve("expected.csv"),
        place);
  }

  /** The settings of the system under test: those of {@code argus local}. */
  private static Map<String, String> environment(ChaosSettings settings) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.putIfAbsent(ArgusSettings.PROFILE, "local");
    return environment;
  }

  /** What a machine would have set, and what the user has set, but for the web node: no tokens. */
  private static Map<String, String> inherited(ChaosSettings settings) {
    Map<String, String> inherited = LocalCluster.instanceEnvironment(System.getenv());
    Map<String, String> environment = environment(settings);
    inherited.putAll(ArgusSettings.load(environment).nodeOverridesIn(environment));
    return inherited;
  }

  private void showProgress(int answered, int nodes) {
    spec.commandLine()
        .getErr()
        .printf("\r%d of %d photos answered, %d app nodes up ", answered, photos, nodes);
    spec.commandLine().getErr().flush();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
