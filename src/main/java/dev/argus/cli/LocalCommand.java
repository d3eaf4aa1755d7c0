package dev.argus.cli;

import dev.argus.config.ArgusSettings;
import dev.argus.localaws.Ec2Options;
import dev.argus.localaws.LocalAws;
import dev.argus.story.LogFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the whole system on one machine until it is told to stop. */
@Command(
    name = "local",
    description = {
      "Run all of Argus on this machine, without an account: embedded SQS, S3 and EC2, the web tier"
          + " in this process, and app nodes as processes that the embedded EC2 boots.",
      "Ctrl-C stops everything it started; what is in the data directory stays."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class LocalCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the web tier, 0 for any that is free (default: argus.web.port, 8000).")
  private Integer port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "argus-data",
      description =
          "Where queues, photos, results and logs are kept (default: ${DEFAULT-VALUE}). aws.env in"
              + " it lets the AWS CLI and SDKs talk to the embedded services while Argus runs.")
  private Path data;

  @Option(
      names = "--max-workers",
      paramLabel = "N",
      description = "App nodes at most (default: one for each core of this machine).")
  private Integer maxWorkers;

  @Override
  public Integer call() throws Exception {
    Map<String, String> environment = environment(System.getenv());
    ArgusSettings settings = Startup.settings(environment);
    StopSignal signal = StopSignal.install();
    Path directory = data.toAbsolutePath().normalize();
    try (LogFile log = LogFile.open(Files.createDirectories(directory).resolve(LogFiles.WEB));
        LocalAws aws =
            LocalAws.start(
                directory,
                LocalCluster.instanceEnvironment(System.getenv()),
                Ec2Options.defaults().withMaxInstances(settings.scaling().maxWorkers() + 1),
                Clock.systemUTC());
        LocalCluster cluster = LocalCluster.start(settings, environment, aws)) {
      spec.commandLine()
          .getErr()
          .printf(
              "Data, logs and aws.env are in %s; app nodes at most: %d.%n",
              directory, settings.scaling().maxWorkers());
      spec.commandLine().getErr().flush();
      Ready.announce(spec, settings.web(), cluster.address());
      signal.await();
      spec.commandLine().getErr().println("Stopping ...");
      spec.commandLine().getErr().flush();
    } finally {
      signal.done();
    }
    return 0;
  }

  /** The options as the environment variables of the settings they stand for. */
  private Map<String, String> environment(Map<String, String> given) {
    Map<String, String> environment = new HashMap<>(given);
    environment.putIfAbsent(ArgusSettings.PROFILE, "local");
    if (port != null) {
      environment.put("ARGUS_WEB_PORT", Integer.toString(port));
    }
    if (maxWorkers != null) {
      environment.put("ARGUS_SCALING_MAX_WORKERS", Integer.toString(maxWorkers));
    } else {
      environment.putIfAbsent(
          "ARGUS_SCALING_MAX_WORKERS",
          Integer.toString(Runtime.getRuntime().availableProcessors()));
    }
    return environment;
  }
}
