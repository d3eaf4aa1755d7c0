package dev.argus.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.typesafe.config.Config;
import dev.argus.aws.SqsQueues;
import dev.argus.aws.SqsSourceSettings;
import dev.argus.config.ArgusSettings;
import dev.argus.scaling.DecisionLog;
import dev.argus.scaling.Forecast;
import dev.argus.scaling.ScalerActor;
import dev.argus.scaling.ScalingPolicy;
import dev.argus.scaling.Term;
import dev.argus.scaling.TermActor;
import dev.argus.simulation.InMemoryFleet;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.QuietExecutor;
import dev.argus.simulation.SettableClock;
import dev.argus.simulation.SteppedScheduler;
import dev.argus.web.Admission;
import dev.argus.web.WebTier;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.CreateQueueRequest;
import software.amazon.awssdk.services.sqs.model.CreateQueueResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.SetQueueAttributesResponse;

/**
 * What an idle web node asks of SQS: the whole web tier and the controller, with the settings as
 * shipped, in time that passes as the test says.
 */
class IdleCostTest {
  private static final int MOST_A_DAY = 8000;
  private static final Duration STEP = Duration.ofSeconds(1);
  private static final Duration RUN = Duration.ofHours(2);
  private static final int RUNS_A_DAY = 12;

  private final ArgusSettings settings = ArgusSettings.load(Map.of("ARGUS_WEB_PORT", "0"));
  private final ActorSystem<Void> system =
      ActorSystem.create(Behaviors.empty(), "idle", config(settings.config()));
  private final SteppedScheduler time = SteppedScheduler.of(system);
  private final SettableClock clock = new SettableClock();
  private final CountingSqs sqs = new CountingSqs();
  private final InMemoryFleet fleet = new InMemoryFleet(clock);

  private static Config config(Config shipped) {
    return QuietExecutor.config().withFallback(SteppedScheduler.config()).withFallback(shipped);
  }

  @AfterEach
  void stop() {
    system.terminate();
  }

  @Test
  void anIdleWebNodeMakesFewerThan8000RequestsADayAndStillSeesWhatOthersAccept() {
    startWebNode();
    pass(Duration.ofMinutes(10)); // until it knows that nothing is left behind
    sqs.calls.clear();

    pass(RUN);

    long calls = sqs.calls.values().stream().mapToLong(Long::longValue).sum();
    assertThat(calls * RUNS_A_DAY)
        .as("requests a day: %s in %s", sqs.calls, RUN)
        .isLessThan(MOST_A_DAY);
    // It does look: that is what is measured.
    assertThat(sqs.calls.get("receive argus-responses")).isGreaterThan(300);
    assertThat(sqs.calls.get("count argus-requests")).isGreaterThan(100);
    assertThat(sqs.calls.get("count argus-requests-dead")).isBetween(20L, 80L);

    sqs.visible = 1; // another web node has accepted a photo
    pass(settings.scaling().idleInterval().plus(STEP));
    assertThat(fleet.launchCalls()).hasSize(1);

    sqs.calls.clear();
    pass(settings.web().sweep().interval().multipliedBy(2));
    assertThat(sqs.calls.get("count argus-requests-dead"))
        .as("it does not rest while there is work")
        .isGreaterThanOrEqualTo(2);
  }

  private void pass(Duration duration) {
    for (Duration passed = Duration.ZERO;
        passed.compareTo(duration) < 0;
        passed = passed.plus(STEP)) {
      QuietExecutor.await();
      clock.advance(STEP);
      time.timePasses(STEP);
    }
    QuietExecutor.await();
  }

  private void startWebNode() {
    SqsQueues queues =
        new SqsQueues(
            sqs,
            settings.names().prefix(),
            settings.aws(),
            SqsSourceSettings.of(
                settings.aws(),
                settings.web().receiveWait(),
                settings.worker().visibilityTimeout()),
            system);
    Admission admission = new Admission(settings.web().admission());
    DecisionLog decisions = new DecisionLog(10);
    Forecast forecast = new Forecast();
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ActorRef<TermActor.Command> terms =
        system.systemActorOf(
            TermActor.create(
                settings.scaling(),
                ScalingPolicy.named(settings.scaling().policy()),
                new ScalerActor.Surroundings(
                    "argus",
                    queues.named(settings.names().requestQueue()),
                    fleet,
                    admission::waiting,
                    decisions,
                    forecast,
                    nodes -> {},
                    word -> {},
                    clock,
                    new Random(1),
                    meters)),
            "terms",
            Props.empty());
    CompletableFuture<WebTier> starting =
        WebTier.start(
                system,
                settings,
                admission,
                new WebTier.Dependencies(
                    queues.named(settings.names().requestQueue()),
                    queues.named(settings.names().responseQueue()),
                    settings.names().responseQueue(),
                    queues.named(settings.names().deadLetterQueue()),
                    queues,
                    queues,
                    new InMemoryObjectStore(),
                    new WebTier.Scaling(
                        () -> terms.tell(new TermActor.Pass(new ScalerActor.WorkAccepted())),
                        message -> {},
                        () -> {},
                        () -> Duration.ZERO,
                        forecast::isIdle,
                        () -> "[]",
                        JsonNodeFactory.instance::objectNode,
                        decisions::trouble),
                    () -> CompletableFuture.completedFuture("{}"),
                    meters,
                    clock))
            .toCompletableFuture();
    await().until(starting::isDone);
    starting.join().lead(true);
    terms.tell(
        new TermActor.Begin(
            new Term(
                1,
                List.of(),
                () -> true,
                noted -> CompletableFuture.completedFuture(Done.getInstance()))));
  }

  /** SQS without messages: it counts calls by what they are and the queue they go to. */
  private final class CountingSqs implements SqsAsyncClient {
    final Map<String, Long> calls = new ConcurrentHashMap<>();
    volatile int visible;

    private void count(String what, String queue) {
      calls.merge(what + " " + queue, 1L, Long::sum);
    }

    @Override
    public CompletableFuture<ReceiveMessageResponse> receiveMessage(ReceiveMessageRequest request) {
      count("receive", request.queueUrl());
      CompletableFuture<ReceiveMessageResponse> empty = new CompletableFuture<>();
      system
          .scheduler()
          .scheduleOnce(
              Duration.ofSeconds(request.waitTimeSeconds()),
              () -> empty.complete(ReceiveMessageResponse.builder().build()),
              system.executionContext());
      return empty;
    }

    @Override
    public CompletableFuture<GetQueueAttributesResponse> getQueueAttributes(
        GetQueueAttributesRequest request) {
      count("count", request.queueUrl());
      boolean work = request.queueUrl().equals(settings.names().requestQueue());
      return CompletableFuture.completedFuture(
          GetQueueAttributesResponse.builder()
              .attributes(
                  Map.of(
                      QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                      Integer.toString(work ? visible : 0)))
              .build());
    }

    @Override
    public CompletableFuture<GetQueueUrlResponse> getQueueUrl(GetQueueUrlRequest request) {
      count("find", request.queueName());
      return CompletableFuture.completedFuture(
          GetQueueUrlResponse.builder().queueUrl(request.queueName()).build());
    }

    @Override
    public CompletableFuture<CreateQueueResponse> createQueue(CreateQueueRequest request) {
      count("create", request.queueName());
      return CompletableFuture.completedFuture(
          CreateQueueResponse.builder().queueUrl(request.queueName()).build());
    }

    @Override
    public CompletableFuture<SetQueueAttributesResponse> setQueueAttributes(
        SetQueueAttributesRequest request) {
      count("set", request.queueUrl());
      return CompletableFuture.completedFuture(SetQueueAttributesResponse.builder().build());
    }

    @Override
    public String serviceName() {
      return "sqs";
    }

    @Override
    public void close() {}
  }
}
