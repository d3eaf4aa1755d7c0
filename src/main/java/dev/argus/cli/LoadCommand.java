package dev.argus.cli;

import dev.argus.client.LoadGenerator;
import dev.argus.client.LoadReport;
import dev.argus.client.LoadSettings;
import dev.argus.config.Secret;
import dev.argus.config.Token;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The workload generator. */
@Command(
    name = "load",
    description = {
      "Send photos of a folder to Argus, so many at once, and report what came back.",
      "Exits with 1 if a photo was not answered, was answered wrongly, or not with its own answer."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class LoadCommand implements Callable<Integer> {
  private static final String TOKEN = "ARGUS_TOKEN";

  @Spec private CommandSpec spec;

  @Option(names = "--url", required = true, paramLabel = "U", description = "Where Argus is.")
  private URI url;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR",
      description = "A folder of photos; they are sent in turn.")
  private Path images;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "100",
      description = "Photos to send in all (default: ${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--concurrency",
      paramLabel = "C",
      defaultValue = "10",
      description = "Photos under way at once (default: ${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--expected",
      paramLabel = "FILE",
      description = "Right labels to check answers against: a line FILE,LABEL|LABEL... for each.")
  private Path expected;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "The bearer token to send, in a file; ARGUS_TOKEN is for one in the environment. There is"
              + " no option for the token itself, since others on a machine see command lines.")
  private Path tokenFile;

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    LoadSettings settings = LoadSettings.of(url, images, requests, concurrency);
    if (expected != null) {
      settings = settings.withExpected(expected);
    }
    Optional<Secret> token = token();
    if (token.isPresent()) {
      settings = settings.withToken(token.get());
    }
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "argus-load");
    try {
      boolean live = System.console() != null && !json;
      LoadReport report =
          new LoadGenerator(system)
              .run(settings, live ? this::showProgress : (done, failed) -> {})
              .toCompletableFuture()
              .get();
      if (live) {
        spec.commandLine().getErr().println();
      }
      spec.commandLine().getOut().println(json ? report.toJson() : report.toText());
      return report.ok() ? 0 : 1;
    } finally {
      system.terminate();
    }
  }

  private Optional<Secret> token() {
    if (tokenFile != null) {
      return Optional.of(Token.read("--token-file", tokenFile));
    }
    return Optional.ofNullable(System.getenv(TOKEN))
        .filter(text -> !text.isEmpty())
        .map(text -> Token.checked(TOKEN, text));
  }

  private void showProgress(int done, int failed) {
    spec.commandLine()
        .getErr()
        .printf("\r%d of %d photos answered, %d failed", done, requests, failed);
    spec.commandLine().getErr().flush();
  }
}
