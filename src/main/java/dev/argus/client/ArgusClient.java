package dev.argus.client;

import dev.argus.protocol.PhotoId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;

/**
 * A client of Argus: photos in, exactly one {@link Result} for each out.
 *
 * <pre>{@code
 * ClientSettings settings = ClientSettings.of(URI.create("http://127.0.0.1:8000/"));
 * try (ArgusClient argus = ArgusClient.create(system, settings)) {
 *   Source.from(files)
 *       .map(Photo::of)
 *       .via(argus.flow())
 *       .runForeach(result -> System.out.println(result.photo().name() + ": " + result), system)
 *       .toCompletableFuture()
 *       .join();
 * }
 * }</pre>
 *
 * <p>Nothing that goes wrong with a photo fails the stream: it is the photo's result. A stream has
 * {@link ClientSettings#parallelism()} photos under way at most, those counted whose results have
 * not been taken yet, so a slow consumer slows the source. Streams of one client share its
 * connections, of which there are as many. When a stream is cancelled or fails, what is under way
 * in it is not tried again.
 *
 * <p>Safe for use by many threads. It must be closed; what is under way then is given up.
 */
public final class ArgusClient implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final ClassicActorSystemProvider system;
  private final ClientSettings settings;
  private final RequestPool pool;
  private final LongSupplier nanoTime;
  private final DoubleSupplier random;
  private final Runnable afterClose;
  private final Set<Sending> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicReference<CompletableFuture<Done>> closing = new AtomicReference<>();

  ArgusClient(
      ClassicActorSystemProvider system,
      ClientSettings settings,
      LongSupplier nanoTime,
      DoubleSupplier random,
      Runnable afterClose) {
    this.system = system;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.random = random;
    this.afterClose = afterClose;
    this.pool =
        new RequestPool(
            system, settings.images(), settings.parallelism(), settings.requestTimeout());
  }

  /** A client on the caller's actor system, which outlives it. */
  public static ArgusClient create(ClassicActorSystemProvider system, ClientSettings settings) {
    return new ArgusClient(system, settings, System::nanoTime, ArgusClient::random, () -> {});
  }

  /** A client with an actor system of its own, which ends with it: for programs without Pekko. */
  public static ArgusClient create(ClientSettings settings) {
    ActorSystem<Void> own = ActorSystem.create(Behaviors.empty(), "argus-client");
    return new ArgusClient(own, settings, System::nanoTime, ArgusClient::random, own::terminate);
  }

  private static double random() {
    return ThreadLocalRandom.current().nextDouble();
  }

  /** Results in the order of completion; {@link Result#photo()} tells them apart. */
  public Flow<Photo, Result, NotUsed> flow() {
    return stream(
        over ->
            Flow.of(Photo.class)
                .mapAsyncUnordered(settings.parallelism(), photo -> send(photo, over::get)));
  }

  /** Results in the order of their photos: one that takes long holds up those behind it. */
  public Flow<Photo, Result, NotUsed> orderedFlow() {
    return stream(
        over ->
            Flow.of(Photo.class).mapAsync(settings.parallelism(), photo -> send(photo, over::get)));
  }

  /**
   * As {@link #flow()}, and each result comes with what came in with its photo: an index, a row of
   * a table, an offset to commit.
   */
  public <C> Flow<Pair<Photo, C>, Pair<Result, C>, NotUsed> flowWithContext() {
    return stream(
        over ->
            Flow.<Pair<Photo, C>>create()
                .mapAsyncUnordered(
                    settings.parallelism(),
                    in ->
                        send(in.first(), over::get)
                            .thenApply(result -> Pair.create(result, in.second()))));
  }

  /** When a stream is over, nobody waits for what is under way in it: that is not tried again. */
  private static <I, O> Flow<I, O, NotUsed> stream(
      Function<AtomicBoolean, Flow<I, O, NotUsed>> flow) {
    return Flow.<I, O, NotUsed>fromMaterializer(
            (materializer, attributes) -> {
              AtomicBoolean over = new AtomicBoolean();
              return flow.apply(over)
                  .watchTermination(
                      (none, end) -> {
                        end.whenComplete((done, error) -> over.set(true));
                        return none;
                      });
            })
        .mapMaterializedValue(none -> NotUsed.getInstance());
  }

  /**
   * Sends one photo. The stage never fails. Whoever calls bounds how many are under way at once.
   */
  public CompletionStage<Result> send(Photo photo) {
    return send(photo, () -> false);
  }

  private CompletionStage<Result> send(Photo photo, BooleanSupplier unwanted) {
    return start(new Sending(this, photo, unwanted), Sending::upload);
  }

  /** Looks up the result of a photo that was accepted before, and waits for it if it is pending. */
  public CompletionStage<Result> lookUp(Photo photo, PhotoId id) {
    return start(new Sending(this, photo, () -> false), sending -> sending.lookUp(id));
  }

  /** Sends a file and waits for its result. */
  public Result recognise(Path file) {
    return await(Photo.of(file));
  }

  /** Sends a photo and waits for its result. */
  public Result recognise(String name, byte[] bytes) {
    return await(Photo.of(name, bytes));
  }

  private Result await(Photo photo) {
    CompletableFuture<Result> result = send(photo).toCompletableFuture();
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Result.GaveUp(photo, "the thread that waited was interrupted", Effort.none());
    } catch (ExecutionException e) {
      throw new IllegalStateException("a photo's stage never fails", e);
    }
  }

  private CompletionStage<Result> start(Sending sending, Consumer<Sending> first) {
    underWay.add(sending);
    sending.result().whenComplete((result, error) -> underWay.remove(sending));
    if (closing.get() != null) {
      sending.close();
    } else {
      sending.begin(first);
    }
    return sending.result();
  }

  ClassicActorSystemProvider system() {
    return system;
  }

  ClientSettings settings() {
    return settings;
  }

  RequestPool pool() {
    return pool;
  }

  /** Photos that have no result yet. */
  int underWay() {
    return underWay.size();
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  double nextRandom() {
    return random.getAsDouble();
  }

  /** Gives up what is under way and closes the connections; done when they are closed. */
  public CompletionStage<Done> shutdown() {
    CompletableFuture<Done> done = new CompletableFuture<>();
    if (!closing.compareAndSet(null, done)) {
      return closing.get();
    }
    underWay.forEach(Sending::close);
    pool.close()
        .whenComplete(
            (closed, error) -> {
              afterClose.run();
              done.complete(Done.getInstance());
            });
    return done;
  }

  /** {@link #shutdown()}, waited for. */
  @Override
  public void close() {
    shutdown()
        .toCompletableFuture()
        .copy()
        .completeOnTimeout(Done.getInstance(), CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }
}
