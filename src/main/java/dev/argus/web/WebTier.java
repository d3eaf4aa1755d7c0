package dev.argus.web;

import dev.argus.config.ArgusSettings;
import dev.argus.config.Backoff;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.MessageQueues;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.QueueAdmin;
import dev.argus.protocol.Answer;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.ResponseMessage;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Tcp;

/**
 * The web tier of one process: its actors, its reply stream and its HTTP server.
 *
 * <p>Follow a photo from {@link WebRoutes} to {@link UploadHandler}, {@link UploadReader}, {@link
 * RequestActor} and back by way of {@link ReplyStream} and {@link ReplyRouter}.
 */
public final class WebTier {
  /**
   * What the web tier needs from outside.
   *
   * @param responses this web node's own response queue
   * @param responseQueue its name: the return address of every request
   * @param queueAdmin creates it, and removes those of web nodes that are gone
   * @param onAccepted told at once of every accepted photo
   * @param onResponse told of every answer and node report
   * @param timeToAnswer how long a photo accepted now would wait for its answer if the fleet grew
   *     to its maximum; zero if unknown; asked for every photo
   * @param decisionsJson the scaling decisions as a JSON array
   */
  public record Dependencies(
      MessageQueue requests,
      MessageQueue responses,
      String responseQueue,
      MessageQueue deadLetters,
      MessageQueues queues,
      QueueAdmin queueAdmin,
      ObjectStore store,
      Runnable onAccepted,
      Consumer<ResponseMessage> onResponse,
      Supplier<Duration> timeToAnswer,
      Supplier<String> decisionsJson,
      PrometheusMeterRegistry metrics,
      InstantSource clock) {}

  private final ActorSystem<?> system;
  private final ActorRef<RequestManager.Command> requests;
  private final Tcp.ServerBinding binding;
  private final Connections connections;
  private final UniqueKillSwitch replies;
  private final Admission admission;
  private final Duration stopTimeout;

  private WebTier(
      ActorSystem<?> system,
      ActorRef<RequestManager.Command> requests,
      Tcp.ServerBinding binding,
      Connections connections,
      UniqueKillSwitch replies,
      Admission admission,
      Duration stopTimeout) {
    this.system = system;
    this.requests = requests;
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
    StaticFiles pages = new StaticFiles();
    Entrance entrance = Entrance.of(settings.web(), pages.paths());
    var tls = Tls.layer(settings.web().tls());
    WebMetrics metrics = new WebMetrics(deps.metrics(), deps.clock());
    metrics.watch(admission);
    Ledger ledger = new Ledger(settings.ledger(), deps.clock());
    LedgerMetrics ledgerMetrics = new LedgerMetrics(deps.metrics(), ledger);
    ResultLookup lookup = new ResultLookup(deps.store(), settings.retention().results());
    Responses responses = new Responses(settings.web().refusals().retryAfter());
    ActorRef<ReplyRouter.Command> router =
        system.systemActorOf(ReplyRouter.create(), "reply-router", Props.empty());
    Backoff publishBackoff = new Backoff(settings.aws().minBackoff(), settings.aws().maxBackoff());
    Set<PhotoId> unpublished = ConcurrentHashMap.newKeySet(); // at most web.max-in-flight
    ActorRef<RequestManager.Command> requests =
        system.systemActorOf(
            RequestManager.create(
                new RequestActor.Dependencies(
                    deps.store(),
                    deps.requests(),
                    deps.responseQueue(),
                    router,
                    lookup,
                    deps.onAccepted(),
                    ledger,
                    unpublished,
                    attempt ->
                        publishBackoff.after(attempt, ThreadLocalRandom.current().nextDouble()),
                    settings.web().requests(),
                    deps.clock()),
                metrics),
            "requests",
            Props.empty());
    Overtaking overtaking = new Overtaking(settings.web().sweep().overtaken());
    WebNodes nodes = webNodes(system, settings, overtaking, deps);
    boolean scales = settings.scaling().enabled();
    ActorRef<WebNodeActor.Command> self =
        system.systemActorOf(
            restarting(WebNodeActor.create(nodes, scales, settings.web().heartbeat().interval())),
            "web-node",
            Props.empty());
    if (scales) {
      new ClusterDuties(system, settings, metrics, deps).start(nodes, unpublished);
    }
    system.systemActorOf(
        restarting(
            Reconciliation.create(new Reconciliation(system, ledger, lookup), settings.ledger())),
        "reconciliation",
        Props.empty());
    UniqueKillSwitch replies =
        new ReplyStream(
                system,
                router,
                deps.onResponse().andThen(seen -> note(seen, overtaking, deps.clock())),
                ledger,
                () -> self.tell(WebNodeActor.QueueMissing.INSTANCE),
                metrics)
            .run(deps.responses(), settings.web().replyParallelism());
    RefusedBodies refusedBodies = new RefusedBodies(system, settings.web().refusals());
    Door door =
        new Door(
            admission,
            ledger,
            new ClientRates(settings.web().clientRates(), deps.clock()),
            deps.timeToAnswer(),
            settings.web().requests().deadline(),
            metrics);
    WebRoutes routes =
        new WebRoutes(
            system,
            new UploadHandler(
                new UploadReader(
                    system,
                    door,
                    refusedBodies,
                    new PhotoSubmitter(
                        system,
                        requests,
                        new IdempotencyKeys(system, deps.store(), settings, deps.clock()),
                        settings.web().requests().deadline(),
                        settings.image()),
                    settings.web().uploads()),
                responses,
                settings.web().requests().maxWait()),
            refusedBodies,
            requests,
            lookup,
            new Readiness(
                deps.requests(),
                deps.responses(),
                nodes::conflict,
                deps.store(),
                settings.web().readinessInterval(),
                deps.clock()),
            responses,
            new DeadLetterRoutes(
                new DeadLetterAdmin(
                    system,
                    deps.store(),
                    deps.requests(),
                    settings.web().requests().deadline(),
                    deps.clock()),
                responses),
            metrics,
            pages,
            entrance,
            ledgerMetrics::scrape,
            deps.decisionsJson(),
            settings.web().requests().maxWait());
    Connections connections =
        new Connections(
            system,
            tls,
            routes,
            new Overfull(routes, refusedBodies, responses, entrance, metrics),
            metrics,
            settings.web().connections(),
            settings.web().refusals().timeout());
    metrics.watch(connections);
    return nodes
        .createOwnQueue()
        .exceptionally(
            failure -> {
              // While SQS is down a web node is up, and says so; see Readiness.
              system.log().warn("the response queue is not there yet: {}", failure.toString());
              return Done.getInstance();
            })
        .thenCompose(created -> connections.bind())
        .thenApply(
            binding ->
                new WebTier(
                    system,
                    requests,
                    binding,
                    connections,
                    replies,
                    admission,
                    settings.web().connections().stopTimeout()));
  }

  private static WebNodes webNodes(
      ActorSystem<?> system, ArgusSettings settings, Overtaking overtaking, Dependencies deps) {
    return new WebNodes(
        system,
        deps.store(),
        deps.queueAdmin(),
        new WebNodes.Self(
            deps.responseQueue(),
            UUID.randomUUID().toString(),
            () -> overtaking.evidence(deps.clock().instant())),
        settings.web().heartbeat(),
        deps.clock());
  }

  private static void note(ResponseMessage seen, Overtaking overtaking, InstantSource clock) {
    if (seen instanceof Answer answer) {
      overtaking.answered(answer, clock.instant());
    }
  }

  static <T> Behavior<T> restarting(Behavior<T> behavior) {
    return Behaviors.supervise(behavior).onFailure(SupervisorStrategy.restart());
  }

  /** Where the server listens. */
  public InetSocketAddress address() {
    return binding.localAddress();
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
    return binding
        .unbind()
        .thenCompose(
            unbound -> {
              CompletionStage<Done> allEnded = connections.finish();
              return AskPattern.ask(
                      requests, RequestManager.Stop::new, stopTimeout, system.scheduler())
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
