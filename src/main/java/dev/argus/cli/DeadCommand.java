package dev.argus.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.argus.aws.AwsEnvironment;
import dev.argus.config.ArgusSettings;
import dev.argus.protocol.DeadLetter;
import dev.argus.protocol.DeadLetterCodec;
import dev.argus.web.DeadLetterAdmin;
import dev.argus.web.DeadLetterAdmin.RedriveReport;
import dev.argus.web.DeadLetterJson;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * What an operator does with photos that were given up; needs the buckets and the request queue.
 */
@Command(
    name = "dead",
    description = {
      "Look at photos that were given up, send them again, or forget them.",
      "Works against AWS or whatever AWS_ENDPOINT_URL names; for a running `argus local`, source"
          + " DATA/aws.env first."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all went well",
      "1:there is no such dead letter, it cannot be sent again, or something failed",
      "2:the command line, a setting or the credentials are wrong"
    })
final class DeadCommand {
  @Spec private CommandSpec spec;

  @FunctionalInterface
  private interface Action {
    int run(DeadLetterAdmin admin) throws Exception;
  }

  @Command(
      name = "list",
      description = "List the dead letters: photos in the order in which they were accepted.",
      mixinStandardHelpOptions = true)
  int list(@Option(names = "--json", description = "Print a JSON array.") boolean json)
      throws Exception {
    return with(
        admin -> {
          ArrayNode array = JsonNodeFactory.instance.arrayNode();
          String after = "";
          while (after != null) {
            DeadLetterAdmin.Page page = admin.list(after).toCompletableFuture().get();
            for (DeadLetter letter : page.letters()) {
              if (json) {
                array.add(DeadLetterJson.line(letter));
              } else {
                out().println(line(letter));
              }
            }
            after = page.next().orElse(null);
          }
          if (json) {
            out().println(Printable.json(array));
          }
          return CommandLine.ExitCode.OK;
        });
  }

  static String line(DeadLetter letter) {
    String what =
        letter instanceof DeadLetter.GivenUp photo
            ? photo.name()
            : "(unreadable: " + ((DeadLetter.Unreadable) letter).problem() + ")";
    return String.format(
        Locale.ROOT,
        "%s  %s  %s  %s  %s",
        Printable.text(letter.id()),
        letter.at().truncatedTo(ChronoUnit.SECONDS),
        Printable.text(letter.history().inWords()),
        Printable.text(what),
        Printable.text(letter.history().reason()));
  }

  @Command(
      name = "show",
      description = "Print one dead letter as JSON.",
      mixinStandardHelpOptions = true)
  int show(@Parameters(paramLabel = "ID") String id) throws Exception {
    return with(
        admin -> {
          DeadLetter letter = admin.show(id).toCompletableFuture().get();
          out().println(Printable.json(DeadLetterCodec.toJson(letter)));
          return CommandLine.ExitCode.OK;
        });
  }

  private static final class Which {
    @Parameters(arity = "1..*", paramLabel = "ID", description = "Dead letters.")
    private List<String> ids;

    @Option(names = "--all", required = true, description = "All that can be sent again.")
    private boolean all;
  }

  @Command(
      name = "redrive",
      description = "Send photos again, as if they had just been accepted.",
      mixinStandardHelpOptions = true)
  int redrive(
      @ArgGroup(exclusive = true, multiplicity = "1") Which which,
      @Option(names = "--json", description = "Print what became of them as JSON.") boolean json)
      throws Exception {
    return with(
        admin -> {
          RedriveReport report =
              which.all
                  ? redriveAll(admin, this::tellProgress)
                  : admin.redriveEach(which.ids).toCompletableFuture().get();
          if (json) {
            out().println(Printable.json(DeadLetterJson.report(report)));
          } else {
            report
                .failures()
                .forEach(
                    (id, problem) ->
                        err()
                            .printf(
                                "argus: %s: %s%n",
                                Printable.text(id), Printable.text(problem.detail())));
            out().println(inWords(report));
          }
          return report.failed() == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        });
  }

  /** Page by page, each told of as it is done; what fails is passed over. */
  static RedriveReport redriveAll(DeadLetterAdmin admin, Consumer<RedriveReport> progress)
      throws InterruptedException, ExecutionException {
    RedriveReport sum = admin.redriveSome("").toCompletableFuture().get();
    while (sum.next().isPresent()) {
      progress.accept(sum);
      sum = sum.plus(admin.redriveSome(sum.next().get()).toCompletableFuture().get());
    }
    return sum;
  }

  private void tellProgress(RedriveReport soFar) {
    err().println("argus: so far " + inWords(soFar));
    err().flush();
  }

  private static String inWords(RedriveReport report) {
    return "%d sent again, %d answered meanwhile, %d failed"
        .formatted(report.sent(), report.answered(), report.failed());
  }

  @Command(
      name = "discard",
      description = "Forget a dead letter; its failed result stays the photo's answer.",
      mixinStandardHelpOptions = true)
  int discard(@Parameters(paramLabel = "ID") String id) throws Exception {
    return with(
        admin -> {
          admin.discard(id).toCompletableFuture().get();
          out().println("discarded " + id);
          return CommandLine.ExitCode.OK;
        });
  }

  private int with(Action action) throws Exception {
    AwsEnvironment aws = AwsEnvironment.from(System.getenv());
    ArgusSettings settings = Startup.ofCluster(aws, System.getenv());
    try (Ports ports = new Ports(settings, aws)) {
      return action.run(
          new DeadLetterAdmin(
              ports.system(),
              ports.store(),
              ports.requests(),
              settings.web().requests().deadline(),
              InstantSource.system()));
    } finally {
      out().flush();
      err().flush();
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
