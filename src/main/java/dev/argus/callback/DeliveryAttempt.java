package dev.argus.callback;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.callback.CallbackStore.Kept;
import dev.argus.config.CallbackSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.DoubleSupplier;

/**
 * One attempt to deliver a callback: look whether its work is finished, say in S3 that this web
 * node delivers it now, send it, and say what came of it.
 *
 * <p>Of several web nodes that try at once only one gets as far as sending: it wrote over the
 * version that all had read.
 */
final class DeliveryAttempt {
  private final CallbackStore store;
  private final Results results;
  private final WebhookSender sender;
  private final CallbackSettings settings;
  private final Duration storedWithin;
  private final InstantSource clock;
  private final DoubleSupplier random;

  DeliveryAttempt(CallbackStore store, WebhookSender sender, Callbacks.Dependencies deps) {
    this.store = store;
    this.sender = sender;
    this.results = deps.results();
    this.settings = deps.settings();
    this.storedWithin = deps.storedWithin();
    this.clock = deps.clock();
    this.random = deps.random();
  }

  /** What came of an attempt. */
  sealed interface Ended {}

  /** The work is not finished. */
  enum TooEarly implements Ended {
    INSTANCE
  }

  /** Another web node has it. */
  enum Elsewhere implements Ended {
    INSTANCE
  }

  /** The receiver has it. */
  enum Delivered implements Ended {
    INSTANCE
  }

  /** It will not be tried again. */
  record GivenUp(String why) implements Ended {}

  /** It is to be tried again. */
  record Again(Kept kept, String why) implements Ended {}

  /** Fails when S3 does. */
  CompletionStage<Ended> run(Kept kept) {
    return results.find(kept.callback().subject()).thenCompose(found -> next(kept, found));
  }

  private CompletionStage<Ended> next(Kept kept, Results.Finding found) {
    if (found instanceof Results.Finished finished) {
      return claim(kept, finished);
    }
    Instant hopeless = kept.callback().created().plus(storedWithin);
    return found == Results.Unknown.INSTANCE && clock.instant().isAfter(hopeless)
        ? giveUp(kept.callback(), "it was not accepted, or is no longer kept")
        : CompletableFuture.completedFuture(TooEarly.INSTANCE);
  }

  private CompletionStage<Ended> claim(Kept kept, Results.Finished finished) {
    Instant overBy = clock.instant().plus(settings.timeout());
    return store
        .replace(kept, kept.callback().tried(overBy))
        .thenCompose(
            mine ->
                mine.isPresent()
                    ? send(mine.get(), finished)
                    : CompletableFuture.completedFuture(Elsewhere.INSTANCE));
  }

  private CompletionStage<Ended> send(Kept mine, Results.Finished finished) {
    Callback callback = mine.callback();
    return sender
        .send(callback.subject().webhookId(), callback.url(), body(callback, finished))
        .thenCompose(delivery -> ended(mine, delivery));
  }

  private String body(Callback callback, Results.Finished finished) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", callback.subject().event())
            .put("timestamp", clock.instant().toString());
    body.set("data", finished.result());
    return body.toString();
  }

  private CompletionStage<Ended> ended(Kept mine, WebhookSender.Delivery delivery) {
    Callback callback = mine.callback();
    if (delivery == WebhookSender.Taken.INSTANCE) {
      return store.forget(callback.subject()).thenApply(gone -> Delivered.INSTANCE);
    }
    if (delivery instanceof WebhookSender.Hopeless hopeless) {
      return giveUp(callback, hopeless.why());
    }
    String why = ((WebhookSender.Missed) delivery).why();
    Instant due =
        clock.instant().plus(settings.backoff().after(callback.attempts(), random.getAsDouble()));
    return due.isAfter(callback.created().plus(settings.giveUpAfter()))
        ? giveUp(callback, why + ", after " + callback.attempts() + " attempts")
        : store.replace(mine, callback.dueAt(due)).thenApply(kept -> again(kept, why));
  }

  private static Ended again(Optional<Kept> kept, String why) {
    return kept.<Ended>map(mine -> new Again(mine, why)).orElse(Elsewhere.INSTANCE);
  }

  private CompletionStage<Ended> giveUp(Callback callback, String why) {
    return store.forget(callback.subject()).thenApply(gone -> new GivenUp(why));
  }
}
