package dev.argus.load;

import dev.argus.client.ArgusClient;
import dev.argus.client.Photo;
import dev.argus.client.Result;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Sends photos to Argus and reports what came back and how fast.
 *
 * <p>In a closed loop each of the clients sends its next photo when its last one is done. It
 * measures what users of a service under this many clients see; it eases off while the service is
 * slow. In an open loop photos come when their time has come, as from a crowd that knows nothing of
 * the service's trouble: see {@link Workload}.
 */
public final class LoadGenerator {
  /** Of arrivals, unless the settings have one: every run then has the same. */
  private static final long DEFAULT_SEED = 1;

  private final ClassicActorSystemProvider system;
  private final LongSupplier nanoTime;

  /** A generator that measures with the machine's clock. */
  public LoadGenerator(ClassicActorSystemProvider system) {
    this(system, System::nanoTime);
  }

  LoadGenerator(ClassicActorSystemProvider system, LongSupplier nanoTime) {
    this.system = system;
    this.nanoTime = nanoTime;
  }

  /** {@link #run(LoadSettings, LoadProgress)} that nobody watches. */
  public CompletionStage<LoadReport> run(LoadSettings settings) {
    return run(settings, LoadProgress.ignored());
  }

  /**
   * Sends all photos. Refusals, failures and broken connections are counted, never thrown; memory
   * stays bounded by {@link LoadSettings#maxKeptBytes()}, the concurrency and the ids of 200,000
   * photos.
   *
   * @throws dev.argus.config.InvalidSettingException at once, if the folder holds no photo or a
   *     file cannot be read
   */
  public CompletionStage<LoadReport> run(LoadSettings settings, LoadProgress progress) {
    List<Photo> photos = PhotoFolder.read(settings.images(), settings.maxKeptBytes());
    ExpectedLabels expected =
        settings.expected().map(ExpectedLabels::read).orElseGet(ExpectedLabels::none);
    Workload workload = settings.workload();
    Tally tally = new Tally(expected, workload.warmUp(), workload.arrivals().isPresent());
    ArgusClient client = ArgusClient.create(system, settings.client());
    Run run = new Run(client, order(settings, photos), tally, progress);
    long seed = settings.seed().orElse(DEFAULT_SEED);
    return workload
        .ramped()
        .map(arrivals -> new OpenLoop(workload, arrivals.times(seed), run).start())
        .orElseGet(() -> closedLoop(workload, run))
        .thenApply(done -> run.report().judgedBy(settings.thresholds()))
        .handle((report, error) -> client.shutdown().thenCompose(done -> outcome(report, error)))
        .thenCompose(Function.identity());
  }

  /** The clients begin one after the other while the load grows. */
  private CompletionStage<Done> closedLoop(Workload workload, Run run) {
    int clients = workload.concurrency();
    return Source.range(0, workload.requests() - 1)
        .takeWhile(i -> workload.duration().map(end -> run.now().compareTo(end) < 0).orElse(true))
        .mapAsyncUnordered(
            clients,
            i -> {
              Duration wait = workload.ramp().multipliedBy(i < clients ? i : 0).dividedBy(clients);
              return wait.isZero()
                  ? run.send(i, run.now())
                  : Patterns.after(wait, system, () -> run.send(i, run.now()));
            })
        .runWith(Sink.ignore(), system);
  }

  /** What both loops do with a photo. Safe for use by many threads. */
  final class Run {
    private final ArgusClient client;
    private final IntFunction<Photo> photos;
    private final Tally tally;
    private final LoadProgress progress;
    private final long begin = nanoTime.getAsLong();

    Run(ArgusClient client, IntFunction<Photo> photos, Tally tally, LoadProgress progress) {
      this.client = client;
      this.photos = photos;
      this.tally = tally;
      this.progress = progress;
    }

    /** Since the start. */
    Duration now() {
      return Duration.ofNanos(nanoTime.getAsLong() - begin);
    }

    /** Sends a photo whose time came at {@code scheduled}. */
    CompletionStage<Result> send(int number, Duration scheduled) {
      Photo photo;
      synchronized (tally) {
        tally.sending(scheduled, now());
        photo = photos.apply(number);
      }
      return client
          .send(photo)
          .thenApply(
              result -> {
                synchronized (tally) {
                  tally.add(result, scheduled, now());
                  progress.update(tally.completed(), tally.failed());
                }
                return result;
              });
    }

    /** Counts a photo that cannot be sent. */
    void leaveOut(Duration scheduled) {
      synchronized (tally) {
        tally.notSent(scheduled);
        progress.update(tally.completed(), tally.failed());
      }
    }

    LoadReport report() {
      synchronized (tally) {
        return tally.report(now());
      }
    }
  }

  private static CompletionStage<LoadReport> outcome(LoadReport report, Throwable error) {
    return error == null
        ? CompletableFuture.completedFuture(report)
        : CompletableFuture.failedFuture(error);
  }

  private static IntFunction<Photo> order(LoadSettings settings, List<Photo> photos) {
    if (settings.seed().isEmpty()) {
      return i -> photos.get(i % photos.size());
    }
    Random random = new Random(settings.seed().getAsLong());
    return i -> photos.get(random.nextInt(photos.size()));
  }
}
