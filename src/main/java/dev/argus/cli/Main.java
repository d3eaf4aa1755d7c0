package dev.argus.cli;

import dev.argus.aws.MissingCredentialsException;
import dev.argus.config.InvalidSettingException;
import dev.argus.config.Nearest;
import dev.argus.ports.Completions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

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
  /** Two letters that changed places count as two. */
  private static final int MISSPELT_LETTERS = 2;

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
    IParameterExceptionHandler usual = commandLine.getParameterExceptionHandler();
    commandLine.setParameterExceptionHandler(
        (wrong, args) -> {
          Optional<String> meant = commandMeant(wrong);
          if (meant.isEmpty()) {
            return usual.handleParseException(wrong, args);
          }
          CommandLine at = wrong.getCommandLine();
          at.getErr().println(at.getColorScheme().errorText(wrong.getMessage()));
          at.getErr().println("Did you mean: " + meant.get() + "?");
          return at.getCommandSpec().exitCodeOnInvalidInput();
        });
    return commandLine;
  }

  /** The command that a word was meant to be; picocli itself suggests chaos for laod. */
  private static Optional<String> commandMeant(ParameterException wrong) {
    if (!(wrong instanceof UnmatchedArgumentException unmatched) || unmatched.isUnknownOption()) {
      return Optional.empty();
    }
    CommandLine at = wrong.getCommandLine();
    String word = unmatched.getUnmatched().get(0);
    List<String> near =
        at.getSubcommands().entrySet().stream()
            .filter(command -> !command.getValue().getCommandSpec().usageMessage().hidden())
            .map(Map.Entry::getKey)
            .filter(name -> Nearest.distance(word, name) <= MISSPELT_LETTERS)
            .toList();
    return near.isEmpty()
        ? Optional.empty()
        : Optional.of(at.getCommandSpec().qualifiedName() + " " + Nearest.to(word, near));
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
