package dev.argus.callback;

import dev.argus.callback.CallbackStore.Kept;
import dev.argus.config.CallbackSettings;
import dev.argus.config.Secret;
import dev.argus.ports.ObjectStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.pattern.StatusReply;

/**
 * Owes webhooks: keeps each from before its photo is accepted until it is delivered or given up.
 *
 * <p>The web node that took the photo delivers. Should it die, the one that leads finds the object
 * overdue and takes it over, as it does after a restart. A webhook may arrive twice, with the same
 * id.
 */
public final class Callbacks extends AbstractBehavior<Callbacks.Command> {

  public sealed interface Command {}

  /**
   * Owe a webhook from now on; the same a second time is one. Done when it is in S3.
   *
   * <p>Fails with {@link dev.argus.protocol.PhotoException} for a URL that must not be called, with
   * {@link TooManyCallbacksException} past {@code web.callbacks.max-pending}, and when S3 does.
   */
  public record Register(Subject subject, URI url, ActorRef<StatusReply<Done>> replyTo)
      implements Command {}

  /** That work is finished; of no interest unless a callback waits for it, here or elsewhere. */
  public record Finished(Subject subject) implements Command {}

  private record Registered(Kept kept, Throwable failure, Register register) implements Command {}

  private record AttemptEnded(Subject subject, DeliveryAttempt.Ended ended, Throwable failure)
      implements Command {}

  private record Found(List<Kept> all, Throwable failure) implements Command {}

  private record Owed(Optional<Kept> kept, Throwable failure) implements Command {}

  private enum Check implements Command {
    INSTANCE
  }

  enum Recover implements Command {
    INSTANCE
  }

  /**
   * The URL that a client wants to be called back at.
   *
   * @throws dev.argus.protocol.PhotoException with the reason, if it is none
   */
  public static URI parseUrl(String text) {
    return Destinations.parse(text);
  }

  /** As many callbacks are pending as one web node keeps account of. */
  public static final class TooManyCallbacksException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyCallbacksException(int max) {
      super("as many callbacks are pending as are kept: " + max);
    }
  }

  /**
   * What the actor works with.
   *
   * @param secrets sign the webhooks, each of them each
   * @param storedWithin how long after its id was made a photo can still come to be accepted
   * @param leads whether this web node looks after what others have left behind
   * @param random from 0 to 1, for the back-off
   */
  public record Dependencies(
      ObjectStore store,
      Results results,
      CallbackSettings settings,
      List<Secret> secrets,
      Duration storedWithin,
      BooleanSupplier leads,
      MeterRegistry metrics,
      InstantSource clock,
      DoubleSupplier random) {}

  public static Behavior<Command> create(Dependencies dependencies) {
    return create(dependencies, InetAddress::getAllByName);
  }

  static Behavior<Command> create(Dependencies deps, Destinations.Resolver resolver) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  CallbackSettings settings = deps.settings();
                  CallbackStore store = new CallbackStore(context.getSystem(), deps.store());
                  WebhookSender sender =
                      new WebhookSender(
                          context.getSystem(),
                          deps.secrets(),
                          new Destinations(settings.allowPrivateAddresses(), resolver),
                          settings.timeout(),
                          deps.clock());
                  return new Callbacks(
                      context,
                      timers,
                      store,
                      sender,
                      new DeliveryAttempt(store, sender, deps),
                      deps);
                }));
  }

  private static final String PENDING = "argus.callbacks.pending";
  private static final String DELIVERED = "delivered";
  private static final String MISSED = "missed";
  private static final String GIVEN_UP = "given-up";

  private final CallbackStore store;
  private final WebhookSender sender;
  private final DeliveryAttempt attempt;
  private final CallbackSettings settings;
  private final BooleanSupplier leads;
  private final MeterRegistry metrics;
  private final InstantSource clock;
  private final Schedule schedule = new Schedule(); // at most max-pending
  private final AtomicInteger pending; // what the gauge shows; read by other threads
  private int registering;
  private int attempts;
  private boolean recovering;

  private Callbacks(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      CallbackStore store,
      WebhookSender sender,
      DeliveryAttempt attempt,
      Dependencies deps) {
    super(context);
    this.store = store;
    this.sender = sender;
    this.attempt = attempt;
    this.settings = deps.settings();
    this.leads = deps.leads();
    this.metrics = deps.metrics();
    this.clock = deps.clock();
    metrics.find(PENDING).meters().forEach(metrics::remove); // of the actor before this one
    pending = new AtomicInteger();
    Gauge.builder(PENDING, pending, AtomicInteger::get)
        .description("Callbacks that this web node looks after")
        .register(metrics);
    List.of(DELIVERED, MISSED, GIVEN_UP).forEach(this::attempts); // at zero from the start
    timers.startTimerWithFixedDelay(Check.INSTANCE, settings.checkInterval());
    timers.startTimerWithFixedDelay(Recover.INSTANCE, settings.recoverInterval());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Register.class, this::onRegister)
        .onMessage(Registered.class, this::onRegistered)
        .onMessage(Finished.class, this::onFinished)
        .onMessage(Owed.class, this::onOwed)
        .onMessage(AttemptEnded.class, this::onAttemptEnded)
        .onMessageEquals(Check.INSTANCE, this::onCheck)
        .onMessageEquals(Recover.INSTANCE, this::onRecover)
        .onMessage(Found.class, this::onFound)
        .build();
  }

  private Behavior<Command> onRegister(Register register) {
    if (schedule.size() + registering >= settings.maxPending()) {
      register
          .replyTo()
          .tell(StatusReply.error(new TooManyCallbacksException(settings.maxPending())));
      return this;
    }
    registering++;
    Instant now = clock.instant();
    getContext()
        .pipeToSelf(
            sender
                .check(register.url())
                .thenCompose(
                    allowed ->
                        store.keep(new Callback(register.subject(), register.url(), now, 0, now))),
            (kept, failure) -> new Registered(kept, failure, register));
    return this;
  }

  private Behavior<Command> onRegistered(Registered registered) {
    registering--;
    if (registered.failure() != null) {
      registered.register().replyTo().tell(StatusReply.error(registered.failure()));
      return this;
    }
    lookAfter(registered.kept(), nextLook());
    registered.register().replyTo().tell(StatusReply.ack());
    return this;
  }

  private void lookAfter(Kept kept, Instant lookAt) {
    schedule.add(kept, lookAt);
    pending.set(schedule.size());
  }

  /** Its answer is heard of; in case it is not, S3 is asked now and then. */
  private Instant nextLook() {
    return clock.instant().plus(settings.recoverInterval());
  }

  private Behavior<Command> onFinished(Finished finished) {
    Subject subject = finished.subject();
    if (schedule.contains(subject)) {
      schedule.finished(subject, clock.instant());
      startDue();
    } else if (subject.kind() == Subject.Kind.BATCH) {
      // Another web node may owe it, and not have heard.
      getContext().pipeToSelf(store.find(subject), Owed::new);
    }
    return this;
  }

  private Behavior<Command> onOwed(Owed owed) {
    if (owed.failure() == null) { // else whoever owes it comes upon it later
      owed.kept().ifPresent(this::takeOver);
      startDue();
    }
    return this;
  }

  /** Another web node's; should that one try too, one of them sends. */
  private void takeOver(Kept kept) {
    if (schedule.size() + registering < settings.maxPending()) {
      lookAfter(kept, kept.callback().due());
    }
  }

  private Behavior<Command> onCheck() {
    startDue();
    return this;
  }

  private void startDue() {
    Instant now = clock.instant();
    while (attempts < settings.parallelism()) {
      Optional<Kept> due = schedule.begin(now);
      if (due.isEmpty()) {
        return;
      }
      start(due.get());
    }
  }

  private void start(Kept kept) {
    attempts++;
    Subject subject = kept.callback().subject();
    getContext()
        .pipeToSelf(
            attempt.run(kept), (ended, failure) -> new AttemptEnded(subject, ended, failure));
  }

  private Behavior<Command> onAttemptEnded(AttemptEnded ended) {
    attempts--;
    Subject subject = ended.subject();
    if (ended.failure() != null) {
      getContext().getLog().warn("callback of {}: {}", subject, ended.failure().toString());
      // Its version in S3 may be another now: whoever comes upon it overdue reads it anew.
      schedule.remove(subject);
    } else if (ended.ended() instanceof DeliveryAttempt.Again again) {
      attempts(MISSED).increment();
      schedule.again(again.kept());
      getContext()
          .getLog()
          .info(
              "callback of {}: {}, again at {}",
              subject,
              again.why(),
              again.kept().callback().due());
    } else if (ended.ended() == DeliveryAttempt.TooEarly.INSTANCE) {
      schedule.tooEarly(subject, clock.instant(), nextLook());
    } else {
      schedule.remove(subject);
      tell(subject, ended.ended());
    }
    pending.set(schedule.size());
    startDue();
    return this;
  }

  private void tell(Subject subject, DeliveryAttempt.Ended ended) {
    if (ended == DeliveryAttempt.Delivered.INSTANCE) {
      attempts(DELIVERED).increment();
      getContext().getLog().info("callback of {} is delivered", subject);
    } else if (ended instanceof DeliveryAttempt.GivenUp givenUp) {
      attempts(GIVEN_UP).increment();
      getContext().getLog().warn("callback of {} is given up: {}", subject, givenUp.why());
    }
  }

  private Counter attempts(String outcome) {
    return Counter.builder("argus.callbacks.attempts")
        .description("Attempts to deliver a callback, by what became of them")
        .tag("outcome", outcome)
        .register(metrics);
  }

  private Behavior<Command> onRecover() {
    if (leads.getAsBoolean() && !recovering) {
      recovering = true;
      getContext()
          .pipeToSelf(store.all(settings.maxPending()), (all, failure) -> new Found(all, failure));
    }
    return this;
  }

  private Behavior<Command> onFound(Found found) {
    recovering = false;
    if (found.failure() != null) {
      getContext().getLog().warn("callbacks cannot be listed: {}", found.failure().toString());
      return this;
    }
    Instant overdue = clock.instant().minus(settings.recoverInterval());
    found.all().stream()
        .filter(kept -> kept.callback().due().isBefore(overdue))
        .forEach(this::takeOver);
    startDue();
    return this;
  }
}
