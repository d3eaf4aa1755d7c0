package dev.argus.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.batch.Batches;
import dev.argus.config.ArgusSettings;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.MessageQueues;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.QueueAdmin;
import dev.argus.protocol.ResponseMessage;
import dev.argus.tracing.Tracing;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Tcp;

/**
 * The web tier of one process: its actors, its reply stream and its HTTP server.
 *
 * <p>{@link Wiring} lists what it is made of, along the path of a photo: from {@link Connections}
 * and {@link WebRoutes} to {@link UploadHandler}, {@link UploadReader}, {@link RequestActor} and
 * back by way of {@link ReplyStream} and {@link ReplyRouter}.
 */
public final class WebTier {
  /**
   * What the web tier needs from outside.
   *
   * @param responses this web node's own response queue
   * @param responseQueue its name: the return address of every request
   * @param queueAdmin creates it, and removes those of web nodes that are gone
   * @param costsJson what the cluster cost so far, as a JSON object
   * @param tracing makes the spans of requests and photos
   */
  public record Dependencies(
      MessageQueue requests,
      MessageQueue responses,
      String responseQueue,
      MessageQueue deadLetters,
      MessageQueues queues,
      QueueAdmin queueAdmin,
      ObjectStore store,
      Scaling scaling,
      Supplier<CompletionStage<String>> costsJson,
      PrometheusMeterRegistry metrics,
      InstantSource clock,
      Tracing tracing) {

    /** A web tier that makes no traces. */
    public Dependencies(
        MessageQueue requests,
        MessageQueue responses,
        String responseQueue,
        MessageQueue deadLetters,
        MessageQueues queues,
        QueueAdmin queueAdmin,
        ObjectStore store,
        Scaling scaling,
        Supplier<CompletionStage<String>> costsJson,
        PrometheusMeterRegistry metrics,
        InstantSource clock) {
      this(
          requests,
          responses,
          responseQueue,
          deadLetters,
          queues,
          queueAdmin,
          store,
          scaling,
          costsJson,
          metrics,
          clock,
          Tracing.off());
    }
  }

  /**
   * What the web tier tells the controller and asks of it. All of it returns at once.
   *
   * @param onAccepted told at once of every accepted photo
   * @param onResponse told of every answer and node report
   * @param onDeaf told whenever the response queue could not be received from
   * @param timeToAnswer how long a photo accepted now would wait for its answer if the fleet grew
   *     to its maximum; zero if unknown; asked for every photo
   * @param isIdle whether there was neither a photo nor an app node when it looked last
   * @param decisionsJson the scaling decisions as a JSON array
   * @param fleetJson app nodes, the request queue and the latest decisions, as the controller of
   *     this web node sees them; see {@code FleetWatch}
   * @param trouble why app nodes cannot be started or seen now, if they cannot
   */
  public record Scaling(
      Runnable onAccepted,
      Consumer<ResponseMessage> onResponse,
      Runnable onDeaf,
      Supplier<Duration> timeToAnswer,
      BooleanSupplier isIdle,
      Supplier<String> decisionsJson,
      Supplier<ObjectNode> fleetJson,
      Supplier<Optional<String>> trouble) {}

  private final ActorSystem<?> system;
  private final Wiring wiring;
  private final ActorRef<RequestManager.Command> requests;
  private final Tcp.ServerBinding binding;
  private final Connections connections;
  private final UniqueKillSwitch replies;
  private final Admission admission;
  private final Duration stopTimeout;

  private WebTier(
      ActorSystem<?> system,
      Wiring wiring,
      Tcp.ServerBinding binding,
      Connections connections,
      UniqueKillSwitch replies,
      Admission admission,
      Duration stopTimeout) {
    this.system = system;
    this.wiring = wiring;
    this.requests = wiring.requests();
    this.binding = binding;
    this.connections = connections;
    this.replies = replies;
    this.admission = admission;
    this.stopTimeout = stopTimeout;
  }

  /**
   * Starts everything; done when the port is open. Fails if it cannot be opened.
   *
   * @throws dev.argus.config.InvalidSettingException if tokens or certificates cannot be used, or
   *     the server would be open to a network without either
   */
  public static CompletionStage<WebTier> start(
      ActorSystem<?> system, ArgusSettings settings, Admission admission, Dependencies deps) {
    Wiring wiring = new Wiring(system, settings, admission, deps);
    Connections connections = wiring.connections();
    UniqueKillSwitch replies = wiring.runReplies();
    wiring.startDuties();
    return wiring
        .createOwnQueue()
        .thenCompose(created -> connections.bind())
        .thenApply(
            binding ->
                new WebTier(
                    system,
                    wiring,
                    binding,
                    connections,
                    replies,
                    admission,
                    settings.web().connections().stopTimeout()));
  }

  static <T> Behavior<T> restarting(Behavior<T> behavior) {
    return Behaviors.supervise(behavior).onFailure(SupervisorStrategy.restart());
  }

  /** Where the server listens. */
  public InetSocketAddress address() {
    return binding.localAddress();
  }

  /**
   * Says whether this web node leads from now on, which it does not when it starts. The one that
   * leads sweeps, answers dead letters, and removes the response queues of web nodes that are gone.
   */
  public void lead(boolean leads) {
    wiring.lead(leads);
  }

  /** Photos accepted and not answered yet. */
  public int waiting() {
    return admission.waiting();
  }

  /**
   * Closes the port, tells every client that waits where its result will be, and stops the reply
   * stream. A connection ends when its client has been told; what is left after {@code
   * web.stop-timeout} is cut.
   */
  public CompletionStage<Done> stop() {
    wiring.endFeed();
    return binding
        .unbind()
        .thenCompose(
            unbound -> {
              CompletionStage<Done> allEnded = connections.finish();
              return AskPattern.ask(
                      wiring.batchManager(), Batches.Stop::new, stopTimeout, system.scheduler())
                  .thenCompose(
                      streamsEnded ->
                          AskPattern.ask(
                              requests, RequestManager.Stop::new, stopTimeout, system.scheduler()))
                  .thenCompose(told -> allEnded);
            })
        .toCompletableFuture()
        .orTimeout(stopTimeout.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (ended, timeout) -> {
              connections.abort();
              replies.shutdown();
              return Done.getInstance();
            });
  }
}
