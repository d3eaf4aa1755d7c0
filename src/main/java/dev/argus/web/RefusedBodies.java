package dev.argus.web;

import dev.argus.config.RefusalSettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;

/**
 * Gets bodies out of the way that nobody wants, at small cost.
 *
 * <p>Many clients read no answer before they have sent their body, and one that finds its
 * connection closed meanwhile reports a broken pipe: so a short body is read to its end. One that
 * is too long for that, or does not come, is left where it is: Pekko HTTP then closes the
 * connection with the answer. A client that asked first ({@code Expect: 100-continue}) is answered
 * before it sends anything.
 */
final class RefusedBodies {
  private final ActorSystem<?> system;
  private final RefusalSettings settings;

  RefusedBodies(ActorSystem<?> system, RefusalSettings settings) {
    this.system = system;
    this.settings = settings;
  }

  /** Done when the request may be answered; never fails. */
  CompletionStage<Done> pass(HttpRequest request) {
    long limit = settings.maxBodyBytes();
    CompletableFuture<Done> passed = new CompletableFuture<>();
    if (request.entity().isStrict() // it came with the header
        || request.getHeader("Expect").isPresent()
        || request.entity().getContentLengthOption().orElse(0) > limit) {
      passed.complete(Done.getInstance());
      return passed;
    }
    AtomicLong size = new AtomicLong();
    request
        .entity()
        .getDataBytes()
        .mapAsync(
            1,
            chunk -> {
              if (size.addAndGet(chunk.size()) <= limit) {
                return CompletableFuture.completedFuture(chunk);
              }
              passed.complete(Done.getInstance());
              return pause();
            })
        .runWith(Sink.ignore(), system)
        .whenComplete((end, failure) -> passed.complete(Done.getInstance()));
    return passed.completeOnTimeout(
        Done.getInstance(), settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Cancelling the body would end the connection before it is answered; not reading on does not.
   */
  private CompletionStage<ByteString> pause() {
    return new CompletableFuture<ByteString>()
        .orTimeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
  }
}
