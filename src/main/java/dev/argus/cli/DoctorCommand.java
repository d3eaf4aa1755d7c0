package dev.argus.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.argus.aws.AwsEnvironment;
import dev.argus.config.ArgusSettings;
import dev.argus.deploy.Doctor;
import dev.argus.deploy.Finding;
import dev.argus.deploy.Services;
import dev.argus.ledger.LedgerAudit;
import dev.argus.ledger.LedgerCount;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks whether all is well, and says what is not. */
@Command(
    name = "doctor",
    description = {
      "Check a cluster and what it needs: credentials, permissions, queues, buckets, quotas, the"
          + " launch template, and whether a photo comes back. A line each: ok, skip with the reason,"
          + " or FAIL with what to do.",
      "Against AWS or whatever AWS_ENDPOINT_URL names; while `argus local` runs, source aws.env in"
          + " its data directory first. It changes nothing; the photo may start an app node."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing is wrong",
      "1:something is wrong, or could not be found out",
      "2:the command line, a setting or the credentials are wrong"
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

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Where to send the photo (default: the cluster's web tier; without a stack"
              + " http://127.0.0.1 and argus.web.port).")
  private URI url;

  @Option(names = "--no-round-trip", description = "Send no photo, so that no app node starts.")
  private boolean noRoundTrip;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Map<String, String> environment = System.getenv();
    AwsEnvironment aws = AwsEnvironment.from(environment);
    try (Services services = new Services(aws, environment)) {
      if (!ledger) {
        return examine(services, environment);
      }
    }
    return count(Startup.ofCluster(aws, environment), aws);
  }

  int examine(Services services, Map<String, String> environment) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    List<Finding> findings =
        new Doctor(
                services,
                outputs -> ArgusSettings.load(Doctor.settingsOf(outputs, environment)),
                new Doctor.Options(Optional.ofNullable(url), !noRoundTrip),
                finding -> {
                  if (!json) {
                    out.println(Printable.text(finding.line()));
                    out.flush();
                  }
                })
            .examine();
    if (json) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      findings.forEach(finding -> array.add(finding.toJson()));
      out.println(Printable.json(array));
      out.flush();
    }
    return exitCode(findings);
  }

  static int exitCode(List<Finding> findings) {
    List<Finding> failed = findings.stream().filter(Finding::failed).toList();
    if (failed.stream().anyMatch(finding -> finding.check().equals(Finding.CREDENTIALS))) {
      return CommandLine.ExitCode.USAGE;
    }
    return failed.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
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
