package dev.argus.cli;

import dev.argus.aws.AwsEnvironment;
import dev.argus.config.ArgusSettings;
import dev.argus.deploy.Doctor;
import dev.argus.deploy.Services;
import dev.argus.deploy.Teardown;
import dev.argus.deploy.TeardownReport;
import dev.argus.ledger.LedgerAudit;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Removes a cluster from AWS. */
@Command(
    name = "teardown",
    description = {
      "Remove what argus provision made on AWS: all nodes, the stack, the queues and the secrets. The"
          + " buckets stay, with all photos and results.",
      "It refuses while work is waiting, says what will go, and asks before it does. It can be run"
          + " again."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all of it is gone but what is left on purpose",
      "1:it failed, work is waiting, or the answer was no",
      "2:the command line, a setting or the credentials are wrong, or there is no terminal to ask"
          + " at and no --yes"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TeardownCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--force",
      description = "Go on although work is waiting: nobody answers it then.")
  private boolean force;

  @Option(
      names = "--buckets",
      description = "Remove the buckets too, with all photos, results and releases.")
  private boolean buckets;

  @Option(names = "--json", description = "Print what was done as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Map<String, String> environment = System.getenv();
    ArgusSettings settings = Startup.settings(environment);
    AwsEnvironment aws = AwsEnvironment.from(environment);
    Terminal terminal = new Terminal(spec.commandLine().getErr(), yes);
    try (Services services = new Services(aws, environment)) {
      TeardownReport report =
          new Teardown(
                  services,
                  settings,
                  terminal,
                  outputs -> {
                    terminal.say("Counting the photos that are not answered");
                    return pending(
                        ArgusSettings.load(Doctor.settingsOf(outputs, environment)), aws);
                  })
              .run(new Teardown.Options(force, buckets));
      return tell(report);
    }
  }

  private static long pending(ArgusSettings settings, AwsEnvironment aws) throws Exception {
    try (Ports ports = new Ports(settings, aws)) {
      return new LedgerAudit(ports.system(), ports.store(), InstantSource.system())
          .count()
          .toCompletableFuture()
          .get()
          .pending();
    }
  }

  private int tell(TeardownReport report) {
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(Printable.json(report.toJson()));
    } else {
      report.removed().forEach(line -> out.println("removed " + line));
      report.left().forEach(line -> out.println("left " + line));
    }
    out.flush();
    return switch (report.outcome()) {
      case REMOVED, NOTHING -> 0;
      case REFUSED, DECLINED -> 1;
    };
  }
}
