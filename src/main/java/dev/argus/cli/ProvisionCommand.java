package dev.argus.cli;

import dev.argus.aws.AwsEnvironment;
import dev.argus.config.ArgusSettings;
import dev.argus.config.InvalidSettingException;
import dev.argus.deploy.Provision;
import dev.argus.deploy.ProvisionOptions;
import dev.argus.deploy.ProvisionReport;
import dev.argus.deploy.Services;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a cluster on AWS, or changes it. */
@Command(
    name = "provision",
    description = {
      "Make what Argus needs on AWS: secrets, buckets, the release, and the stack of"
          + " deploy/argus.yaml. What is there already stays: a second run changes nothing, and one"
          + " that failed goes on.",
      "It says what it would make and what that costs, and asks before it does.",
      "With --update a cluster that is there gets the new release, template and parameters. Its web"
          + " nodes are replaced; app nodes that run finish their work and leave when idle."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the cluster is ready, or nothing was to be done",
      "1:it failed, it is not ready yet, or the answer was no",
      "2:the command line, a setting or the credentials are wrong, or there is no terminal to ask"
          + " at and no --yes"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ProvisionCommand implements Callable<Integer> {
  private static final String TEMPLATE = "deploy/argus.yaml";

  @Spec private CommandSpec spec;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--dry-run",
      description = {
        "Say what would be made or changed and what it costs, and do nothing.",
        "For a cluster that is there CloudFormation works out a change set, which is removed again."
      })
  private boolean dryRun;

  @Option(names = "--update", description = "Change a cluster that is there.")
  private boolean update;

  @Option(
      names = "--allowed-cidr",
      paramLabel = "CIDR",
      description = "Who may send photos, such as 203.0.113.0/24; needed the first time.")
  private String allowedCidr;

  @Option(
      names = "--release",
      paramLabel = "FILE",
      description = "The release to install (default: target/argus-VERSION.zip, of mvn package).")
  private Path release;

  @Option(
      names = "--certificate-arn",
      paramLabel = "ARN",
      description = "A certificate of ACM: HTTPS by a load balancer.")
  private String certificateArn;

  @Option(
      names = "--web-nodes",
      paramLabel = "N",
      description = "Web nodes; more than one need a certificate.")
  private Integer webNodes;

  @Option(names = "--web-instance-type", paramLabel = "TYPE", description = "Of web nodes.")
  private String webInstanceType;

  @Option(
      names = "--instance-types",
      split = ",",
      paramLabel = "TYPE",
      description = "Of app nodes, in the order in which they are tried.")
  private List<String> instanceTypes;

  @Option(names = "--max-workers", paramLabel = "N", description = "App nodes at most.")
  private Integer maxWorkers;

  @Option(names = "--min-workers", paramLabel = "N", description = "App nodes that always run.")
  private Integer minWorkers;

  @Option(
      names = "--purchase",
      paramLabel = "HOW",
      description = "How app nodes are bought: on-demand, spot or spot-then-on-demand.")
  private String purchase;

  @Option(
      names = "--vpc",
      paramLabel = "ID",
      description = "The VPC of all nodes (default: the account's default VPC).")
  private String vpc;

  @Option(
      names = "--subnets",
      split = ",",
      paramLabel = "ID",
      description =
          "Its subnets, in the order in which they are tried (default: its default ones).")
  private List<String> subnets;

  @Option(names = "--alarm-email", paramLabel = "ADDRESS", description = "Who hears of alarms.")
  private String alarmEmail;

  @Option(
      names = "--parameter",
      paramLabel = "NAME=VALUE",
      description = "Any other parameter of deploy/argus.yaml.")
  private Map<String, String> parameters = new HashMap<>();

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "900",
      description =
          "How long to wait until the web tier is ready; 0 not to look (default: ${DEFAULT-VALUE}).")
  private int waitSeconds;

  @Option(names = "--json", description = "Print what was done as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (waitSeconds < 0) {
      throw new ParameterException(
          spec.commandLine(), "--wait: expected 0 or more seconds, found " + waitSeconds);
    }
    Map<String, String> environment = System.getenv();
    ArgusSettings settings = Startup.settings(environment);
    Path home = Path.of(environment.getOrDefault("ARGUS_HOME", ""));
    ProvisionOptions options =
        new ProvisionOptions(
            given(),
            home.resolve(TEMPLATE),
            release == null ? packaged(home) : release,
            release == null ? jar() : Optional.empty(),
            update,
            dryRun,
            Duration.ofSeconds(waitSeconds));
    try (Services services = new Services(AwsEnvironment.from(environment), environment)) {
      return tell(
          new Provision(services, settings, new Terminal(spec.commandLine().getErr(), yes))
              .run(options));
    }
  }

  /** The parameters of the template that were asked for. */
  Map<String, String> given() {
    Map<String, String> given = new HashMap<>(parameters);
    put(given, "AllowedCidr", allowedCidr);
    put(given, "CertificateArn", certificateArn);
    put(given, "WebNodes", webNodes);
    put(given, "WebInstanceType", webInstanceType);
    put(given, "AppInstanceTypes", instanceTypes == null ? null : String.join(",", instanceTypes));
    put(given, "MaxWorkers", maxWorkers);
    put(given, "MinWorkers", minWorkers);
    put(given, "Purchase", purchase);
    put(given, "VpcId", vpc);
    put(given, "Subnets", subnets == null ? null : String.join(",", subnets));
    put(given, "AlarmEmail", alarmEmail);
    return given;
  }

  private static void put(Map<String, String> given, String name, Object value) {
    if (value != null) {
      given.put(name, value.toString());
    }
  }

  /** What Maven has packaged in a checkout; a release that is unpacked has no zip in it. */
  private static Path packaged(Path home) {
    String version = Main.class.getPackage().getImplementationVersion();
    if (version == null) {
      throw new InvalidSettingException(
          "this Argus is not packaged: run mvn package, or say --release .../argus-VERSION.zip");
    }
    return home.resolve("target").resolve("argus-" + version + ".zip");
  }

  /** The jar that this is; empty if it runs from classes. */
  private static Optional<Path> jar() throws URISyntaxException {
    return Optional.of(
            Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()))
        .filter(Files::isRegularFile);
  }

  private int tell(ProvisionReport report) {
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(Printable.json(report.toJson()));
    } else {
      report
          .url()
          .ifPresent(
              url ->
                  out.println(
                      (report.ready() ? "Argus is ready at " : "Argus is to be at ") + url));
    }
    out.flush();
    return switch (report.outcome()) {
      case PLANNED, UPDATE_AVAILABLE -> 0;
      case UNCHANGED, DEPLOYED -> waitSeconds == 0 || report.ready() ? 0 : 1;
      case DECLINED -> 1;
    };
  }
}
