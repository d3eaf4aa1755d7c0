package dev.argus.chaos;

import dev.argus.client.ArgusClient;
import dev.argus.client.ClientSettings;
import dev.argus.client.Photo;
import dev.argus.client.Result.GaveUp;
import dev.argus.client.Result.Recognised;
import dev.argus.client.Retries;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Clients that mean it: they send their photos until they are accepted, and ask until they are
 * answered, each photo with an {@code Idempotency-Key} of its own.
 *
 * <p>Two {@link ArgusClient}s: of the uploads that wait for their answer, and of those that ask for
 * 202. Safe for use by many threads; a call takes as long as the answer does.
 */
final class Client implements AutoCloseable {
  private static final int ASK_AGAIN_ONE_IN = 4;

  /** They try for as long as a run may take. */
  private static final Retries RETRIES =
      Retries.standard().upTo(1_000_000, Duration.ofSeconds(5)).within(Duration.ofDays(7));

  private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "chaos-clients");
  private final ArgusClient patient;
  private final ArgusClient hasty;
  private final String run;
  private volatile boolean givenUp;

  /**
   * @param url where Argus is
   * @param run goes into the keys of idempotency, so that they differ from those of other runs
   * @param concurrency photos under way at once, at most
   */
  Client(URI url, String run, int concurrency) {
    ClientSettings settings =
        ClientSettings.of(url).withRetries(RETRIES).withParallelism(concurrency);
    this.patient = ArgusClient.create(system, settings.withUploadWait(Optional.empty()));
    this.hasty = ArgusClient.create(system, settings.withUploadWait(Optional.of(Duration.ZERO)));
    this.run = run;
  }

  /** Sends a photo; returns when it is answered, or when this is closed. */
  Sighting send(Shot shot) {
    ArgusClient client = shot.async() ? hasty : patient;
    ByteString content = ByteString.fromArrayUnsafe(shot.content().get());
    Photo photo =
        new Photo(
            shot.name(),
            shot.contentType(),
            content.size(),
            Source.single(content),
            Optional.of(run + "-" + shot.number()));
    dev.argus.client.Result first = client.send(photo).toCompletableFuture().join();
    Set<String> ids = new HashSet<>();
    first.effort().ids().forEach(id -> ids.add(id.toString()));
    List<Result> results = new ArrayList<>(List.of(result(first)));
    int retries = first.effort().retries();
    Optional<PhotoId> answered = idOf(first);
    if (answered.isPresent() && shot.number() % ASK_AGAIN_ONE_IN == 0) {
      dev.argus.client.Result second =
          client.lookUp(photo, answered.get()).toCompletableFuture().join();
      results.add(result(second));
      retries += second.effort().retries();
    }
    return new Sighting(shot.number(), ids, results, retries, first.effort().latency());
  }

  private Result result(dev.argus.client.Result seen) {
    if (seen instanceof Recognised recognised) {
      return new Result.Recognised(
          recognised.id().toString(), recognised.name(), recognised.label());
    }
    if (seen instanceof GaveUp gaveUp) {
      return givenUp ? new Result.None(gaveUp.why()) : new Result.Odd(gaveUp.why());
    }
    var failed = (dev.argus.client.Result.Failed) seen;
    Problem problem = failed.problem();
    if (failed.id().isPresent() && failed.name().isPresent()) {
      return new Result.Failed(failed.id().get().toString(), failed.name().get(), problem.type());
    }
    return failed.id().isEmpty() && problem.status() < 500
        ? new Result.Refused(problem.status(), problem.title())
        : new Result.Odd(problem + " about " + failed.id());
  }

  private static Optional<PhotoId> idOf(dev.argus.client.Result result) {
    if (result instanceof Recognised recognised) {
      return Optional.of(recognised.id());
    }
    return result instanceof dev.argus.client.Result.Failed failed ? failed.id() : Optional.empty();
  }

  /** Whoever has no answer gives up. */
  void giveUp() {
    givenUp = true;
    patient.close();
    hasty.close();
  }

  @Override
  public void close() {
    giveUp();
    system.terminate();
  }
}
