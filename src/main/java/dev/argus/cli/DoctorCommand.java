package dev.argus.cli;

import dev.argus.aws.AwsEnvironment;
import dev.argus.config.ArgusSettings;
import dev.argus.deploy.LedgerAudit;
import dev.argus.deploy.LedgerCount;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks whether all is well, and says what is not. */
@Command(
    name = "doctor",
    description = {
      "Check Argus, against AWS or whatever AWS_ENDPOINT_URL names; while `argus local` runs, source"
          + " aws.env in its data directory first.",
      "Exits with 1 if something is wrong."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
  private static final int PROGRESS_STEP = 500;

  @Spec private CommandSpec spec;

  @Option(
      names = "--ledger",
      description = {
        "Count every accepted photo in S3: answered, failed, dead-lettered or pending.",
        "All is well when each is in exactly one state and every result can be read."
      })
  private boolean ledger;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Count photos accepted from then on only, such as 2026-01-31T08:00:00Z.")
  private Instant since = Instant.EPOCH;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Count photos accepted before then only.")
  private Instant until = Instant.MAX;

  @Option(names = "--json", description = "Print the count as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (!ledger) {
      throw new ParameterException(
          spec.commandLine(), "Say what is to be checked: argus doctor --ledger");
    }
    Map<String, String> environment = System.getenv();
    return count(ArgusSettings.load(environment), AwsEnvironment.from(environment));
  }

  int count(ArgusSettings settings, AwsEnvironment aws) throws Exception {
    boolean live = System.console() != null && !json;
    try (Ports ports = new Ports(settings, aws)) {
      LedgerCount count =
          new LedgerAudit(ports.system(), ports.store(), InstantSource.system())
              .count(since, until, live ? this::showProgress : looked -> {})
              .toCompletableFuture()
              .get();
      if (live) {
        spec.commandLine().getErr().println();
      }
      spec.commandLine().getOut().println(json ? count.toJson().toString() : count.toText());
      spec.commandLine().getOut().flush();
      return count.holds() ? 0 : 1;
    }
  }

  private void showProgress(long looked) {
    if (looked % PROGRESS_STEP == 0) {
      spec.commandLine().getErr().printf("\r%,d photos looked at", looked);
      spec.commandLine().getErr().flush();
    }
  }
}
