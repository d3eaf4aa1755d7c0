package dev.argus.cli;

import dev.argus.aws.AwsEnvironment;
import dev.argus.aws.InstanceMetadata;
import dev.argus.config.ArgusSettings;
import dev.argus.ports.Fleet;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs a web node until it is told to stop. */
@Command(
    name = "web",
    description = "Run a web node, against AWS or whatever AWS_ENDPOINT_URL names.",
    mixinStandardHelpOptions = true)
final class WebCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(WebCommand.class);
  private static final Duration METADATA_TIMEOUT = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    ArgusSettings settings = Startup.settings(System.getenv());
    StopSignal signal = StopSignal.install();
    try (Ports ports =
            new Ports(
                settings,
                AwsEnvironment.from(System.getenv()),
                Telemetry.of(System.getenv(), "argus-web"));
        InstanceMetadata metadata = ports.clients().metadata(METADATA_TIMEOUT);
        WebNode node = WebNode.start(settings, System.getenv(), ports, self(metadata))) {
      Ready.announce(spec, settings.web(), node.address());
      signal.await();
    } finally {
      signal.done();
    }
    return 0;
  }

  /** This machine as an instance; empty if it is none, which costs nothing that Argus knows of. */
  private static CompletionStage<Optional<Fleet.Node>> self(InstanceMetadata metadata) {
    return metadata
        .self()
        .handle(
            (self, failure) -> {
              if (failure != null) {
                LOG.info("This web node is no EC2 instance: its own time is not in the costs");
              }
              return Optional.ofNullable(self);
            });
  }
}
