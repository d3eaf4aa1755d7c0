package dev.argus.worker;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks, again and again, whether EC2 takes this machine away, and says so once.
 *
 * <p>One question is under way at a time. What cannot be found out changes nothing: it is logged
 * when it begins and when it ends, and asked again.
 */
final class Interruptions {
  private static final Logger LOG = LoggerFactory.getLogger(Interruptions.class);

  private final Supplier<CompletionStage<Optional<Instant>>> question;
  private boolean failing; // touched by one answer at a time

  private Interruptions(Supplier<CompletionStage<Optional<Instant>>> question) {
    this.question = question;
  }

  /**
   * Asks every {@code interval} until the notice has come or {@code ended} is done.
   *
   * @param question when the machine is taken away; bounded by a timeout of its own
   */
  static void watch(
      ActorSystem<?> system,
      Duration interval,
      Supplier<CompletionStage<Optional<Instant>>> question,
      CompletionStage<Done> ended,
      Consumer<Leave> leave) {
    Interruptions interruptions = new Interruptions(question);
    Source.tick(Duration.ZERO, interval, Done.getInstance())
        .takeWhile(tick -> !ended.toCompletableFuture().isDone())
        .mapAsync(1, tick -> interruptions.ask())
        .mapConcat(notice -> notice.map(List::of).orElse(List.of()))
        .take(1)
        .map(
            at ->
                new Leave(
                    Leave.Reason.INTERRUPTED,
                    "EC2 takes this spot instance away at " + at.truncatedTo(ChronoUnit.SECONDS),
                    Optional.of(at)))
        .runForeach(leave::accept, system);
  }

  private CompletionStage<Optional<Instant>> ask() {
    CompletionStage<Optional<Instant>> answer;
    try {
      answer = question.get();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return answer.handle(
        (notice, failure) -> {
          if (failure != null && !failing) {
            LOG.warn(
                "The metadata service does not say whether this machine is taken away; it is asked"
                    + " again: {}",
                Failure.describe(failure));
          } else if (failure == null && failing) {
            LOG.info("The metadata service answers again");
          }
          failing = failure != null;
          return failure == null ? notice : Optional.empty();
        });
  }
}
