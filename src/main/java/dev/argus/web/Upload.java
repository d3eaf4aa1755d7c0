package dev.argus.web;

import dev.argus.protocol.PhotoId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;

/**
 * What is known of one upload without its bytes. They come in {@link RequestActor.Start}, for
 * whatever an actor is created with stays in memory as long as it lives, and waits are long.
 *
 * @param permit its buffer is given back when the photo is stored and sent, the rest when the actor
 *     stops
 * @param deadline how long the answer is waited for at most
 * @param pendingAfter when the client wants to hear that its photo is pending: zero means as soon
 *     as it is accepted; empty means never, the client waits until the deadline
 * @param gone completes when the client is gone without an answer
 * @param onOutcome told once, on an actor's thread, what becomes of the wait
 */
record Upload(
    PhotoId id,
    String name,
    Admission.Permit permit,
    Optional<String> traceparent,
    Duration deadline,
    Optional<Duration> pendingAfter,
    CompletionStage<Done> gone,
    Consumer<Outcome> onOutcome) {}
