package dev.argus.cli;

import dev.argus.aws.MissingCredentialsException;
import dev.argus.config.InvalidSettingException;
import dev.argus.ports.Completions;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line of Argus. */
@Command(
    name = "argus",
    description = "An elastic image-recognition service on SQS, S3 and EC2.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      LocalCommand.class,
      WebCommand.class,
      WorkerCommand.class,
      ClassifyCommand.class,
      LoadCommand.class,
      ProvisionCommand.class,
      DoctorCommand.class,
      TeardownCommand.class,
      DeadCommand.class,
      StoryCommand.class,
      ChaosCommand.class,
      SimulateCommand.class,
      EmbeddedCommand.class,
      RehearseCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all went well",
      "1:something failed, or some photo was not recognised",
      "2:the command line or a setting is wrong"
    },
    footer = {
      "",
      "Settings are in conf/application.conf; each can be overridden by an environment variable,"
          + " such as ARGUS_WEB_PORT for argus.web.port. AWS credentials, region and endpoints come"
          + " from the AWS SDK's own environment variables and files."
    })
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    LoggerFactory.getLogger(Main.class); // before threads log side by side
    return commandLine().execute(args);
  }

  /** All commands, with their way to tell what went wrong. */
  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main()).setUsageHelpAutoWidth(true);
    commandLine.setExecutionExceptionHandler(
        (failure, failed, parsed) -> {
          Throwable cause = Completions.cause(failure);
          failed.getErr().println(failed.getColorScheme().errorText("argus: " + message(cause)));
          return exitCode(cause);
        });
    return commandLine;
  }

  static int exitCode(Throwable cause) {
    return cause instanceof InvalidSettingException || cause instanceof MissingCredentialsException
        ? CommandLine.ExitCode.USAGE
        : CommandLine.ExitCode.SOFTWARE;
  }

  private static String message(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"argus " + (version == null ? "(not packaged)" : version)};
    }
  }
}
