package dev.argus.cli;

import dev.argus.aws.InstanceMetadata;
import dev.argus.config.ArgusSettings;
import dev.argus.inference.DjlClassifier;
import dev.argus.load.LoadGenerator;
import dev.argus.load.LoadReport;
import dev.argus.load.LoadSettings;
import dev.argus.localaws.Ec2Options;
import dev.argus.localaws.LocalAws;
import dev.argus.ports.Classifier;
import dev.argus.worker.Leave;
import dev.argus.worker.NodeReports;
import dev.argus.worker.WorkerNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;

/**
 * Starts every part once, in this one process, and sends a picture through.
 *
 * <p>{@code scripts/argus} runs it after a build with {@code -XX:ArchiveClassesAtExit}, so that all
 * later starts map the classes of the whole path instead of loading them one by one.
 */
@Command(
    name = "rehearse",
    description = "Start every part once in one process and send a picture through.",
    hidden = true)
final class RehearseCommand implements Callable<Integer> {
  private static final String NODE = "i-rehearsal";
  private static final Duration METADATA_TIMEOUT = Duration.ofMillis(200);

  @Override
  public Integer call() throws Exception {
    Path scratch = Files.createTempDirectory("argus-rehearsal");
    try {
      Path photos = Files.createDirectory(scratch.resolve("photos"));
      ImageIO.write(
          new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB),
          "jpg",
          photos.resolve("black.jpg").toFile());
      return rehearse(scratch, photos) ? 0 : 1;
    } finally {
      deleteTree(scratch);
    }
  }

  private static boolean rehearse(Path scratch, Path photos) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put(ArgusSettings.PROFILE, "local");
    // Whatever the file says: nobody but this process calls.
    environment.put("ARGUS_WEB_HOST", "127.0.0.1");
    environment.put("ARGUS_WEB_PORT", "0");
    for (String none :
        List.of(
            "USER_TOKEN",
            "USER_TOKEN_FILE",
            "OPERATOR_TOKEN",
            "OPERATOR_TOKEN_FILE",
            "TLS_CERTIFICATE",
            "TLS_PRIVATE_KEY")) {
      environment.put("ARGUS_WEB_" + none, "");
    }
    environment.put("ARGUS_SCALING_MAX_WORKERS", "0"); // the worker is in this process
    environment.put("ARGUS_WORKER_MIN_WORKERS", "0"); // which may not be more
    ArgusSettings settings = ArgusSettings.load(environment);
    try (LocalAws aws =
            LocalAws.start(
                scratch.resolve("data"), Map.of(), Ec2Options.defaults(), Clock.systemUTC());
        LocalCluster cluster = LocalCluster.start(settings, environment, aws);
        Ports ports = new Ports(settings, LocalCluster.environmentOf(aws));
        InstanceMetadata metadata = ports.clients().metadata(METADATA_TIMEOUT);
        Classifier classifier = DjlClassifier.load(settings.model(), settings.image())) {
      metadata.instanceId().handle((id, failure) -> id).toCompletableFuture().join();
      WorkerNode worker =
          WorkerNode.start(
              ports.system(),
              settings.worker(),
              new WorkerNode.Dependencies(
                  new NodeReports(
                      NODE,
                      Optional.empty(),
                      classifier.parallelism(),
                      ports.leaderQueue(),
                      InstantSource.system()),
                  ports.requests(),
                  ports.deadLetters(),
                  ports.queues(),
                  ports.store(),
                  ports.fleet(Map.of()),
                  classifier,
                  metadata::spotInterruption,
                  InstantSource.system()));
      URI url = URI.create("http://127.0.0.1:" + cluster.address().getPort() + "/");
      LoadReport report =
          new LoadGenerator(ports.system())
              .run(LoadSettings.of(url, photos, 20, 4))
              .toCompletableFuture()
              .get();
      worker
          .drain(new Leave(Leave.Reason.TOLD, "the rehearsal is over"))
          .toCompletableFuture()
          .join();
      return report.ok();
    }
  }

  private static void deleteTree(Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
