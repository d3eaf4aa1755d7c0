package dev.argus.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.ports.Completions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceQueueWithComplete;
import org.apache.pekko.util.ByteString;

/**
 * Tells those who watch the cluster what goes on, as server-sent events: a {@code history} first,
 * then a {@code snapshot} each second, which is computed once for all of them, and not at all while
 * nobody watches.
 *
 * <p>The history goes on always. A watcher that reads slowly misses snapshots, and never holds more
 * than one here. Costs are asked for seldom, since the answer takes requests to S3.
 */
final class OpsFeed extends AbstractBehavior<OpsFeed.Command> {
  /** What the feed understands. */
  sealed interface Command {}

  /** Somebody wants to watch; answered with the events, or nothing if too many do. */
  record Watch(ActorRef<Optional<Source<ByteString, NotUsed>>> replyTo) implements Command {}

  /** The web node stops: all events end. */
  enum Close implements Command {
    INSTANCE
  }

  private record Came(SourceQueueWithComplete<ByteString> watcher) implements Command {}

  private record Gone(SourceQueueWithComplete<ByteString> watcher) implements Command {}

  private record CostsTold(String json, Throwable failure) implements Command {}

  private enum Sample implements Command {
    INSTANCE
  }

  private enum Tick implements Command {
    INSTANCE
  }

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Each answer takes a LIST and some GETs of S3: at this pace less than two cents a day. */
  private static final Duration COSTS_INTERVAL = Duration.ofSeconds(30);

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param maxWatchers at once; those beyond are refused
   * @param costsJson what the cluster cost so far
   */
  static Behavior<Command> create(
      OpsView view,
      int maxWatchers,
      Supplier<CompletionStage<String>> costsJson,
      WebMetrics metrics,
      InstantSource clock) {
    Behavior<Command> feed =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers ->
                        new OpsFeed(
                            context, timers, view, maxWatchers, costsJson, metrics, clock)));
    // A restart would forget the watchers, who would wait for ever.
    return Behaviors.supervise(feed).onFailure(SupervisorStrategy.resume());
  }

  private final TimerScheduler<Command> timers;
  private final OpsView view;
  private final Supplier<CompletionStage<String>> costsJson;
  private final InstantSource clock;
  private final OpsHistory history = new OpsHistory();
  private final Set<SourceQueueWithComplete<ByteString>> watchers = new LinkedHashSet<>();
  private final AtomicInteger watching = new AtomicInteger(); // how many, for the gauge
  private int maxWatchers;
  private ByteString latest = ByteString.emptyByteString();
  private Optional<JsonNode> costs = Optional.empty();
  private Instant costsAskedAt = Instant.MIN;

  private OpsFeed(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      OpsView view,
      int maxWatchers,
      Supplier<CompletionStage<String>> costsJson,
      WebMetrics metrics,
      InstantSource clock) {
    super(context);
    this.timers = timers;
    this.view = view;
    this.maxWatchers = maxWatchers;
    this.costsJson = costsJson;
    this.clock = clock;
    metrics.watchStreams("operations", watching::get);
    timers.startTimerWithFixedDelay(Sample.INSTANCE, Duration.ZERO, OpsHistory.STEP);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Watch.class, this::onWatch)
        .onMessage(Came.class, this::onCame)
        .onMessage(Gone.class, this::onGone)
        .onMessage(CostsTold.class, this::onCostsTold)
        .onMessageEquals(Sample.INSTANCE, this::onSample)
        .onMessageEquals(Tick.INSTANCE, this::onTick)
        .onMessageEquals(Close.INSTANCE, this::onClose)
        .build();
  }

  private Behavior<Command> onWatch(Watch watch) {
    if (watchers.size() >= maxWatchers) {
      watch.replyTo().tell(Optional.empty());
      return this;
    }
    ActorRef<Command> self = getContext().getSelf();
    Source<ByteString, NotUsed> snapshots =
        Source.<ByteString>queue(1, OverflowStrategy.dropHead())
            .mapMaterializedValue(
                watcher -> {
                  self.tell(new Came(watcher));
                  return NotUsed.getInstance();
                });
    ByteString first = event("history", history.toJson(OpsView.COLUMNS));
    watch.replyTo().tell(Optional.of(Source.single(first).concatLazy(snapshots)));
    return this;
  }

  /** The answer begins. Others may have taken the last place since it was promised. */
  private Behavior<Command> onCame(Came came) {
    SourceQueueWithComplete<ByteString> watcher = came.watcher();
    if (watchers.size() >= maxWatchers) {
      watcher.complete();
      return this;
    }
    if (watchers.isEmpty()) {
      look();
      timers.startTimerWithFixedDelay(Tick.INSTANCE, INTERVAL);
    }
    watchers.add(watcher);
    watching.set(watchers.size());
    getContext().pipeToSelf(watcher.watchCompletion(), (done, failure) -> new Gone(watcher));
    watcher.offer(latest);
    return this;
  }

  private Behavior<Command> onGone(Gone gone) {
    watchers.remove(gone.watcher());
    watching.set(watchers.size());
    if (watchers.isEmpty()) {
      timers.cancel(Tick.INSTANCE);
      latest = ByteString.emptyByteString();
    }
    return this;
  }

  private Behavior<Command> onSample() {
    history.add(view.point(history));
    return this;
  }

  private Behavior<Command> onTick() {
    look();
    watchers.forEach(watcher -> watcher.offer(latest));
    return this;
  }

  private void look() {
    Instant now = clock.instant();
    if (costsAskedAt.plus(COSTS_INTERVAL).isBefore(now)) {
      costsAskedAt = now;
      getContext().pipeToSelf(Completions.attempt(costsJson), CostsTold::new);
    }
    latest = event("snapshot", view.snapshot(history, costs));
  }

  private Behavior<Command> onCostsTold(CostsTold told) {
    if (told.failure() != null) {
      getContext().getLog().warn("the costs are not known: {}", told.failure().toString());
      return this;
    }
    try {
      costs = Optional.of(JSON.readTree(told.json()));
    } catch (JsonProcessingException e) {
      getContext().getLog().warn("the costs cannot be read: {}", e.toString());
    }
    return this;
  }

  private Behavior<Command> onClose() {
    maxWatchers = 0;
    watchers.forEach(SourceQueueWithComplete::complete);
    timers.cancelAll();
    return this;
  }

  private static ByteString event(String name, JsonNode data) {
    return ByteString.fromString("event: " + name + "\ndata: " + data + "\n\n");
  }
}
