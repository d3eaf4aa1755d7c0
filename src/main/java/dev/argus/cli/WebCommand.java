package dev.argus.cli;

import dev.argus.aws.AwsEnvironment;
import dev.argus.config.ArgusSettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs a web node until it is told to stop. */
@Command(
    name = "web",
    description = "Run a web node, against AWS or whatever AWS_ENDPOINT_URL names.",
    mixinStandardHelpOptions = true)
final class WebCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    ArgusSettings settings = Startup.settings(System.getenv());
    StopSignal signal = StopSignal.install();
    try (Ports ports = new Ports(settings, AwsEnvironment.from(System.getenv()));
        WebNode node = WebNode.start(settings, System.getenv(), ports)) {
      Ready.announce(spec, settings.web(), node.address());
      signal.await();
    } finally {
      signal.done();
    }
    return 0;
  }
}
