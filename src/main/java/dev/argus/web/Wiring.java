package dev.argus.web;

import dev.argus.batch.Batches;
import dev.argus.config.ArgusSettings;
import dev.argus.config.Secret;
import dev.argus.config.WebSettings;
import dev.argus.ports.QueueMissingException;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ResponseMessage;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.util.ByteString;

/**
 * Puts the parts of a web tier together: a method for each part, in the order in which a photo
 * meets them, and then what goes on beside its path. Each method is called once.
 */
final class Wiring {
  private final ActorSystem<?> system;
  private final ArgusSettings settings;
  private final WebSettings web;
  private final Admission admission;
  private final WebTier.Dependencies deps;

  private final StaticFiles pages = new StaticFiles();
  private final Entrance entrance;
  private final BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> tls;
  private final WebMetrics metrics;
  private final Responses responses;
  private final RefusedBodies refusedBodies;
  private final Overtaking overtaking;
  private final WebNodes nodes;
  private final PhotoPath path;
  private final AtomicBoolean leads = new AtomicBoolean();
  private final BatchWiring batches;
  private final ActorRef<WebNodeActor.Command> self;
  private final ActorRef<ClusterDuties.Command> duties;
  private final ActorRef<OpsFeed.Command> feed;

  /**
   * Makes what several parts share, and starts its actors.
   *
   * @throws dev.argus.config.InvalidSettingException before anything is started; see {@link
   *     Entrance#of} and {@link Tls#layer}
   */
  Wiring(
      ActorSystem<?> system,
      ArgusSettings settings,
      Admission admission,
      WebTier.Dependencies dependencies) {
    this.system = system;
    this.settings = settings;
    this.web = settings.web();
    this.admission = admission;
    this.deps = dependencies;
    this.entrance = Entrance.of(web, pages.paths());
    this.tls = Tls.layer(web.tls());
    List<Secret> callbackSecrets = web.callbacks().signingSecrets();
    this.metrics = new WebMetrics(deps.metrics(), deps.clock());
    this.metrics.watch(admission);
    this.responses = new Responses(web.refusals().retryAfter());
    this.refusedBodies = new RefusedBodies(system, web.refusals());
    this.overtaking = new Overtaking(web.sweep().overtaken());
    this.nodes = webNodes();
    this.path = photoPath();
    this.batches =
        new BatchWiring(
            system, web, callbackSecrets, deps, path.router(), path.lookup(), leads::get, metrics);
    this.self = start(webNode(), "web-node");
    this.duties = start(clusterDuties(), "cluster-duties");
    this.feed = start(opsFeed(), "ops-feed");
  }

  private <T> ActorRef<T> start(Behavior<T> behavior, String name) {
    return start(system, behavior, name);
  }

  static <T> ActorRef<T> start(ActorSystem<?> system, Behavior<T> behavior, String name) {
    return system.systemActorOf(behavior, name, Props.empty());
  }

  /** Where requests come in. */
  Connections connections() {
    RequestHandler routes = routes();
    Connections connections =
        new Connections(
            system,
            tls,
            every(routes),
            every(new Overfull(routes, refusedBodies, responses)),
            metrics,
            web);
    metrics.watch(connections);
    return connections;
  }

  private RequestHandler every(RequestHandler handler) {
    return new UploadPage(
        new EveryAnswer(
            handler,
            entrance,
            responses,
            metrics,
            new RequestSpans(deps.tracing(), web.tls().isPresent())));
  }

  private RequestHandler routes() {
    Door door = door();
    Intake.Dependencies intakes = intakes(door);
    return new WebRoutes(
        entrance,
        refusedBodies,
        new UploadHandler(
            new UploadReader(
                system, door, refusedBodies, batches.callbacks(), intakes, web.uploads()),
            batches.streams(),
            responses,
            web.requests().maxWait()),
        new ResultHandler(
            system, path.requests(), path.lookup(), responses, web.requests().maxWait(), topK()),
        new StatusHandler(
            entrance, readiness(), scrape(), deps.scaling(), deps.costsJson(), responses),
        new DeadLetterRoutes(
            new DeadLetterAdmin(
                system, deps.store(), deps.requests(), web.requests().deadline(), deps.clock()),
            responses),
        batches.routes(intakes, topK(), responses),
        new OpsHandler(system, feed, responses),
        pages,
        topK(),
        responses);
  }

  private int topK() {
    return settings.model().topK();
  }

  private Intake.Dependencies intakes(Door door) {
    return new Intake.Dependencies(
        system,
        batches.manager(),
        new Room(system, door, web.requests().deadline()),
        batches.callbacks(),
        submitter(),
        web.batches().window(),
        metrics);
  }

  private Door door() {
    return new Door(
        admission,
        path.ledger(),
        new ClientRates(web.clientRates(), deps.clock()),
        deps.scaling().timeToAnswer(),
        web.requests().deadline(),
        metrics);
  }

  private PhotoSubmitter submitter() {
    return new PhotoSubmitter(
        system,
        path.requests(),
        new IdempotencyKeys(system, deps.store(), settings, deps.clock()),
        batches.callbacks(),
        web.requests().deadline(),
        settings.aws().callTimeout(),
        settings.image(),
        deps.clock());
  }

  /** Stores photos, sends them, waits, and hands back their answers. */
  private PhotoPath photoPath() {
    return new PhotoPath(
        system,
        settings,
        admission,
        new PhotoPath.Dependencies(
            deps.requests(),
            deps.responses(),
            deps.responseQueue(),
            deps.store(),
            deps.scaling().onAccepted(),
            deps.scaling().onResponse().andThen(this::note),
            this::receiveFailed,
            () -> ThreadLocalRandom.current().nextDouble(),
            deps.clock(),
            deps.tracing()),
        metrics);
  }

  ActorRef<RequestManager.Command> requests() {
    return path.requests();
  }

  ActorRef<Batches.Command> batchManager() {
    return batches.manager();
  }

  /** Where answers come back; runs until it is shut down. */
  UniqueKillSwitch runReplies() {
    return path.runReplies();
  }

  private void receiveFailed(Throwable cause) {
    deps.scaling().onDeaf().run();
    if (cause instanceof QueueMissingException) {
      self.tell(WebNodeActor.QueueMissing.INSTANCE);
    }
  }

  private void note(ResponseMessage seen) {
    if (seen instanceof Answer answer) {
      overtaking.answered(answer, deps.clock().instant());
      batches.callbacks().answered(answer);
    }
  }

  /** Done when the queue that answers come back by exists, or cannot be created yet. */
  CompletionStage<Done> createOwnQueue() {
    return nodes
        .createOwnQueue()
        .exceptionally(
            failure -> {
              // While SQS is down a web node is up, and says so; see Readiness.
              system.log().warn("the response queue is not there yet: {}", failure.toString());
              return Done.getInstance();
            });
  }

  private WebNodes webNodes() {
    return new WebNodes(
        system,
        deps.store(),
        deps.queueAdmin(),
        new WebNodes.Self(
            deps.responseQueue(),
            UUID.randomUUID().toString(),
            () -> overtaking.evidence(deps.clock().instant())),
        web.heartbeat(),
        deps.clock());
  }

  private Behavior<WebNodeActor.Command> webNode() {
    return WebTier.restarting(WebNodeActor.create(nodes, leads::get, web.heartbeat().interval()));
  }

  private Behavior<ClusterDuties.Command> clusterDuties() {
    return ClusterDuties.create(
        new ClusterDuties.Surroundings(settings, metrics, deps, nodes, path.unpublished()));
  }

  private Readiness readiness() {
    Readiness readiness =
        new Readiness(
            deps.requests(),
            deps.responses(),
            nodes::conflict,
            deps.store(),
            web.readinessInterval(),
            deps.clock());
    metrics.watch(readiness);
    return readiness;
  }

  private Supplier<String> scrape() {
    return new LedgerMetrics(deps.metrics(), path.ledger())::scrape;
  }

  private Behavior<OpsFeed.Command> opsFeed() {
    OpsView view =
        new OpsView(
            deps.responseQueue(), admission, metrics, deps.scaling(), leads::get, deps.clock());
    return OpsFeed.create(view, web.maxWatchers(), deps.costsJson(), metrics, deps.clock());
  }

  /** Else a stop would wait for those who watch. */
  void endFeed() {
    feed.tell(OpsFeed.Close.INSTANCE);
  }

  /** Starts what goes on by itself, for photos whose answer was lost. */
  void startDuties() {
    start(
        WebTier.restarting(
            Reconciliation.create(
                new Reconciliation(system, path.ledger(), path.lookup()), settings.ledger())),
        "reconciliation");
  }

  /** Whether this web node does from now on what one does for the whole cluster. */
  void lead(boolean leading) {
    leads.set(leading);
    duties.tell(new ClusterDuties.Lead(leading));
    if (leading) {
      self.tell(WebNodeActor.Led.INSTANCE);
    }
  }
}
