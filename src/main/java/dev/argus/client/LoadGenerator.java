package dev.argus.client;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Sends photos to Argus, a fixed number at once, and reports what came back and how fast.
 *
 * <p>A closed loop: each of the {@code concurrency} clients sends its next photo when its last one
 * is done. It measures what users of a service under this many clients see; unlike an open loop it
 * eases off while the service is slow.
 */
public final class LoadGenerator {
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
   * stays bounded by {@link LoadSettings#maxKeptBytes()}, the concurrency and one id per photo.
   *
   * @throws dev.argus.config.InvalidSettingException at once, if the folder holds no photo or a
   *     file cannot be read
   */
  public CompletionStage<LoadReport> run(LoadSettings settings, LoadProgress progress) {
    List<Photo> photos = PhotoFolder.read(settings.images(), settings.maxKeptBytes());
    ExpectedLabels expected =
        settings.expected().map(ExpectedLabels::read).orElseGet(ExpectedLabels::none);
    IntFunction<Photo> next = order(settings, photos);
    RequestPool pool =
        new RequestPool(
            system, settings.target(), settings.concurrency(), settings.requestTimeout());
    PhotoClient client = new PhotoClient(system, pool, settings, nanoTime);
    Tally tally = new Tally(expected);
    long begin = nanoTime.getAsLong();
    return Source.range(0, settings.requests() - 1)
        .map(next::apply)
        .mapAsyncUnordered(settings.concurrency(), client::recognise)
        .runForeach(
            outcome -> {
              tally.add(outcome);
              progress.update(tally.completed(), tally.failed());
            },
            system)
        .thenApply(done -> tally.report(nanoTime.getAsLong() - begin))
        .handle((report, error) -> pool.close().thenCompose(closed -> outcome(report, error)))
        .thenCompose(Function.identity());
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
