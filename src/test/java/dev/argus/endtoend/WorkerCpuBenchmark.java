package dev.argus.endtoend;

import dev.argus.image.TestPhotos;
import dev.argus.image.Variants;
import dev.argus.inference.BareLoop;
import dev.argus.load.LoadGenerator;
import dev.argus.load.LoadSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.opencv.core.Mat;

/**
 * What a photo costs an app node beyond decoding and classifying it: CPU of the whole worker
 * process for a JPEG of 500 × 375, as a ratio to {@link BareLoop}, the two in turn.
 *
 * <p>Both run with the same JVM flags and are measured after the same warm-up. How to run it:
 * {@code docs/benchmarks.md}.
 */
public final class WorkerCpuBenchmark {
  private static final int WARM_UP = 300;
  private static final int PHOTOS = 700;
  private static final int AT_ONCE = 40;
  private static final int ROUNDS = 3;

  private WorkerCpuBenchmark() {}

  public static void main(String[] args) throws Exception {
    Path scratch = Files.createTempDirectory("argus-benchmark");
    Path photos = Files.createDirectory(scratch.resolve("photos"));
    Mat picture = Variants.cropped(Variants.picture(TestPhotos.bytes("cat.jpg")), 4.0 / 3);
    Files.write(photos.resolve("cat.jpg"), Variants.encoded(Variants.resized(picture, 500), "jpg"));
    List<Double> ratios = new ArrayList<>();
    for (int round = 1; round <= ROUNDS; round++) {
      double worker = workerMillis(scratch.resolve("round-" + round), photos);
      double bare = bareMillis();
      ratios.add(worker / bare);
      System.out.printf(
          Locale.ROOT,
          "round %d: worker %.1f ms, bare loop %.1f ms of CPU a photo, ratio %.2f%n",
          round,
          worker,
          bare,
          worker / bare);
    }
    ratios.sort(null);
    System.out.printf(Locale.ROOT, "median ratio %.2f%n", ratios.get(ROUNDS / 2));
  }

  private static double workerMillis(Path data, Path photos) throws Exception {
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "benchmark");
    try (LocalArgus argus = new LocalArgus(data, 1)) {
      AtomicReference<Duration> warm = new AtomicReference<>();
      AtomicReference<Duration> end = new AtomicReference<>();
      new LoadGenerator(system)
          .run(
              LoadSettings.of(argus.url(), photos, WARM_UP + PHOTOS, AT_ONCE),
              (completed, failed) -> {
                if (completed == WARM_UP) {
                  warm.set(cpu(argus));
                } else if (completed == WARM_UP + PHOTOS) {
                  end.set(cpu(argus));
                }
              })
          .toCompletableFuture()
          .get();
      return end.get().minus(warm.get()).toNanos() / 1e6 / PHOTOS;
    } finally {
      system.terminate();
    }
  }

  private static Duration cpu(LocalArgus argus) {
    return argus.appNodeProcesses().get(0).info().totalCpuDuration().orElseThrow();
  }

  private static double bareMillis() throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                BareLoop.class.getName(),
                Integer.toString(WARM_UP),
                Integer.toString(PHOTOS))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String[] lines = new String(process.getInputStream().readAllBytes()).strip().split("\n");
    return Long.parseLong(lines[lines.length - 1]) / 1e6;
  }
}
