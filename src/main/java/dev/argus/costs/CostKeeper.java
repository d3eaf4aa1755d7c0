package dev.argus.costs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.config.PricesSettings;
import dev.argus.ports.BilledRequests;
import dev.argus.ports.Completions;
import dev.argus.ports.Fleet;
import dev.argus.ports.ObjectStore;
import dev.argus.protocol.BilledRequest;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.ResponseMessage;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Keeps the account of what this cluster used, and prices it for {@code GET /v1/costs}.
 *
 * <p>Each web node has an account of its own: its requests, those of the app nodes that report to
 * it, the photos they answered, and itself. That of the fleet's instances is kept by whoever sees
 * the fleet, which is the web node that leads. Both are saved in the state bucket and go on after a
 * restart; what was used since the last save is lost with a crash. An account that cannot be read
 * is not written over.
 */
public final class CostKeeper extends AbstractBehavior<CostKeeper.Command> {
  /** How often accounts are saved: some 300 puts a day, less than a cent a week. */
  static final Duration SAVE_INTERVAL = Duration.ofMinutes(5);

  /** What the keeper understands. */
  public sealed interface Command {}

  /** An app node sent an answer or a report. */
  public record Heard(ResponseMessage message) implements Command {}

  /** The app nodes that EC2 shows. */
  public record Seen(List<Fleet.Node> nodes) implements Command {}

  /** Asks for the costs so far as JSON. */
  public record Tell(ActorRef<String> replyTo) implements Command {}

  /** The web node stops: save now. */
  public record Save(ActorRef<Done> replyTo) implements Command {}

  private record Tick() implements Command {}

  private record OwnRead(CostAccount account, Throwable failure) implements Command {}

  private record FleetRead(CostAccount account, Throwable failure) implements Command {}

  private record OthersRead(Usage usage, Throwable failure, ActorRef<String> replyTo)
      implements Command {}

  private record Saved(Throwable failure, Optional<ActorRef<Done>> replyTo) implements Command {}

  /**
   * What the keeper works with.
   *
   * @param responseQueue names this web node
   * @param requests what this process counts
   * @param self this web node as an instance; empty if it is none, such as a laptop
   */
  public record Surroundings(
      String responseQueue,
      ObjectStore store,
      BilledRequests requests,
      CompletionStage<Optional<Fleet.Node>> self,
      MeterRegistry meters,
      InstantSource clock) {}

  /** The keeper of one web node. */
  public static Behavior<Command> create(PricesSettings prices, Surroundings surroundings) {
    Behavior<Command> keeper =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> new CostKeeper(context, timers, prices, surroundings)));
    return Behaviors.supervise(keeper).onFailure(SupervisorStrategy.resume());
  }

  private final Surroundings around;
  private final CostRecords records;
  private final Bill bill;
  private final CostMetrics metrics;
  private final BilledRequests heard = new BilledRequests();
  private final Instant startedAt;
  private long photos;
  private Optional<CostAccount> own = Optional.empty(); // as it was when this process began
  private boolean readingOwn;
  private Optional<CostAccount> fleet = Optional.empty(); // while this web node sees the fleet
  private boolean readingFleet;
  private boolean fleetChanged;
  private List<Fleet.Node> latest = List.of();

  private CostKeeper(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      PricesSettings prices,
      Surroundings around) {
    super(context);
    this.around = around;
    this.records = new CostRecords(around.store(), around.responseQueue(), context.getSystem());
    this.bill = new Bill(prices);
    this.metrics = new CostMetrics(around.meters(), bill, this::requestsOfThisProcess);
    this.startedAt = now();
    timers.startTimerWithFixedDelay(new Tick(), SAVE_INTERVAL);
    readOwn();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Heard.class, this::onHeard)
        .onMessage(Seen.class, this::onSeen)
        .onMessage(Tell.class, this::onTell)
        .onMessage(Save.class, save -> save(Optional.of(save.replyTo())))
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(OwnRead.class, this::onOwnRead)
        .onMessage(FleetRead.class, this::onFleetRead)
        .onMessage(OthersRead.class, this::onOthersRead)
        .onMessage(Saved.class, this::onSaved)
        .build();
  }

  private Behavior<Command> onHeard(Heard message) {
    if (message.message() instanceof NodeReport report) {
      heard.add(report.billed());
      photos += report.events().getOrDefault(NodeEvent.SERVED, 0L);
    }
    return this;
  }

  private Behavior<Command> onSeen(Seen seen) {
    latest = seen.nodes();
    fleetChanged = true;
    if (fleet.isPresent()) {
      count(fleet.get(), latest);
    } else if (!readingFleet) {
      readingFleet = true;
      getContext()
          .pipeToSelf(
              records.readFleet(startedAt), (account, failure) -> new FleetRead(account, failure));
    }
    return this;
  }

  private Behavior<Command> onFleetRead(FleetRead read) {
    readingFleet = false;
    if (read.failure() != null) {
      warn("the costs of app nodes cannot be read yet", read.failure());
    } else {
      fleet = Optional.of(read.account());
      count(read.account(), latest);
    }
    return this;
  }

  private void readOwn() {
    if (own.isEmpty() && !readingOwn) {
      readingOwn = true;
      getContext()
          .pipeToSelf(
              records.readOwn(startedAt), (account, failure) -> new OwnRead(account, failure));
    }
  }

  private Behavior<Command> onOwnRead(OwnRead read) {
    readingOwn = false;
    if (read.failure() != null) {
      warn("the costs so far cannot be read yet", read.failure());
    } else {
      own = Optional.of(read.account());
    }
    return this;
  }

  /** Whoever leads sees the fleet far more often: without news another one does by now. */
  private Behavior<Command> onTick() {
    readOwn();
    if (!fleetChanged) {
      fleet = Optional.empty();
    }
    return save(Optional.empty());
  }

  private Behavior<Command> save(Optional<ActorRef<Done>> replyTo) {
    Optional<CostAccount> fleetToSave = fleet.filter(account -> fleetChanged);
    fleetChanged = false;
    countSelf();
    CompletionStage<Done> saved = records.save(own.map(this::upToNow), fleetToSave);
    getContext().pipeToSelf(saved, (done, failure) -> new Saved(failure, replyTo));
    return this;
  }

  private Behavior<Command> onSaved(Saved saved) {
    if (saved.failure() != null) {
      fleetChanged = true;
      warn("the costs so far cannot be saved, next in " + SAVE_INTERVAL, saved.failure());
    }
    saved.replyTo().ifPresent(replyTo -> replyTo.tell(Done.getInstance()));
    return this;
  }

  private Behavior<Command> onTell(Tell tell) {
    readOwn();
    CompletionStage<Usage> others = records.readOthers(fleet.isEmpty());
    getContext()
        .pipeToSelf(others, (usage, failure) -> new OthersRead(usage, failure, tell.replyTo()));
    return this;
  }

  private Behavior<Command> onOthersRead(OthersRead others) {
    countSelf();
    Usage usage = upToNow(own.orElseGet(() -> CostAccount.since(startedAt))).usage();
    if (fleet.isPresent()) {
      usage = usage.plus(fleet.get().usage());
    }
    if (others.failure() == null) {
      usage = usage.plus(others.usage());
    }
    ObjectNode json = bill.toJson(usage, now());
    if (others.failure() != null || own.isEmpty()) {
      json.put(
          "incomplete",
          "what was used before this process started, or by other web nodes, cannot be read now"
              + (others.failure() == null ? "" : ": " + Completions.cause(others.failure())));
    }
    others.replyTo().tell(json.toString());
    return this;
  }

  /** This web node is an instance too, if it is one. */
  private void countSelf() {
    own.ifPresent(
        account ->
            around
                .self()
                .toCompletableFuture()
                .getNow(Optional.empty())
                .ifPresent(self -> count(account, List.of(self))));
  }

  /** The account with what was used since this process started. */
  private CostAccount upToNow(CostAccount account) {
    return new CostAccount(
        account
            .before()
            .plus(new Usage(account.before().since(), requestsOfThisProcess(), photos, Map.of())),
        account.instances());
  }

  private void count(CostAccount account, List<Fleet.Node> nodes) {
    Map<InstanceKind, Long> before = account.instances().seconds();
    account.instances().seen(now(), nodes);
    Map<InstanceKind, Long> after = new TreeMap<>(account.instances().seconds());
    after.forEach(
        (kind, seconds) -> {
          long more = seconds - before.getOrDefault(kind, 0L);
          if (more > 0) {
            metrics.ran(kind, more);
          }
        });
  }

  /** Asked for by scrapes too, from other threads. */
  private Map<BilledRequest, Long> requestsOfThisProcess() {
    BilledRequests sum = new BilledRequests();
    sum.add(around.requests().counts());
    sum.add(heard.counts());
    return sum.counts();
  }

  private void warn(String what, Throwable failure) {
    getContext().getLog().warn("{}: {}", what, Completions.cause(failure).toString());
  }

  private Instant now() {
    return around.clock().instant();
  }
}
