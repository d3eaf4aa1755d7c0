package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.argus.config.ArgusSettings;
import dev.argus.simulation.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who watches, and what is computed for them, in manual time. */
class OpsFeedTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int MOST = 3;
  private static final Sink<ByteString, SinkQueueWithCancel<ByteString>> ONE_AT_A_TIME =
      Sink.<ByteString>queue().withAttributes(Attributes.inputBuffer(1, 1));

  private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
  private final ManualTime time = ManualTime.get(kit.system());
  private final SettableClock clock = new SettableClock();
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger costs = new AtomicInteger();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ActorRef<OpsFeed.Command> feed = kit.spawn(feed());

  private Behavior<OpsFeed.Command> feed() {
    WebTier.Scaling scaling =
        new WebTier.Scaling(
            () -> {},
            message -> {},
            () -> {},
            () -> Duration.ZERO,
            () -> false,
            () -> "[]",
            () -> {
              looks.incrementAndGet();
              return JsonNodeFactory.instance.objectNode();
            },
            Optional::empty);
    // It does not lead, so only snapshots look at the fleet, and points do not.
    WebMetrics metrics = new WebMetrics(meters, clock);
    OpsView view =
        new OpsView(
            "web-1",
            new Admission(ArgusSettings.load(Map.of("ARGUS_WEB_PORT", "0")).web().admission()),
            metrics,
            scaling,
            () -> false,
            clock);
    return OpsFeed.create(
        view,
        MOST,
        () -> CompletableFuture.completedFuture("{\"usd\":" + costs.incrementAndGet() + "}"),
        metrics,
        clock);
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private Optional<Source<ByteString, NotUsed>> ask() {
    TestProbe<Optional<Source<ByteString, NotUsed>>> probe = kit.createTestProbe();
    feed.tell(new OpsFeed.Watch(probe.getRef()));
    return probe.receiveMessage(Duration.ofSeconds(20));
  }

  private SinkQueueWithCancel<ByteString> watch() {
    return ask().orElseThrow().runWith(ONE_AT_A_TIME, kit.system());
  }

  private static String next(SinkQueueWithCancel<ByteString> watcher) throws Exception {
    return watcher
        .pull()
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS)
        .map(ByteString::utf8String)
        .orElse("the end");
  }

  private static JsonNode data(String event) throws Exception {
    return new ObjectMapper().readTree(event.substring(event.indexOf("data: ") + 6));
  }

  private void pass(Duration duration) {
    clock.advance(duration);
    time.timePasses(duration);
  }

  @Test
  void theHistoryComesFirstAndThenASnapshotEachSecondComputedOnceForAll() throws Exception {
    for (int i = 0; i < 3; i++) {
      pass(OpsHistory.STEP);
    }
    assertThat(looks).hasValue(0);
    SinkQueueWithCancel<ByteString> one = watch();
    SinkQueueWithCancel<ByteString> other = watch();
    for (SinkQueueWithCancel<ByteString> watcher : List.of(one, other)) {
      String first = next(watcher);
      assertThat(first).startsWith("event: history\ndata: {").endsWith("}\n\n");
      assertThat(data(first).path("at").size()).isBetween(3, 4);
      assertThat(data(first).path("waiting")).hasSameSizeAs(data(first).path("at"));
      assertThat(data(first).path("ready").path(0).isNull()).as("not known here").isTrue();
      assertThat(next(watcher)).startsWith("event: snapshot\ndata: {");
    }
    assertThat(looks).hasValue(1);
    for (int i = 2; i <= 4; i++) {
      pass(SECOND);
      String snapshot = next(one);
      assertThat(snapshot).isEqualTo(next(other));
      assertThat(data(snapshot).path("at").asText()).isEqualTo(clock.instant().toString());
      assertThat(data(snapshot).path("leads").asBoolean()).isFalse();
      assertThat(looks).hasValue(i);
    }
    one.cancel();
    other.cancel();
    await().atMost(20, TimeUnit.SECONDS).until(this::nobodyIsLookedFor);
  }

  /** Three seconds without a look, and one when somebody comes. */
  private boolean nobodyIsLookedFor() {
    int before = looks.get();
    pass(SECOND);
    pass(SECOND);
    pass(SECOND);
    ask().ifPresent(source -> source.runWith(Sink.cancelled(), kit.system()));
    return looks.get() == before + 1;
  }

  @Test
  void whoReadsSlowlyGetsTheLatestOnly() throws Exception {
    SinkQueueWithCancel<ByteString> slow = watch();
    SinkQueueWithCancel<ByteString> fast = watch();
    next(fast);
    next(fast);
    for (int i = 0; i < 50; i++) {
      pass(SECOND);
      next(fast);
    }
    List<String> read = new ArrayList<>();
    String now = clock.instant().toString();
    do {
      read.add(next(slow));
    } while (!now.equals(data(read.get(read.size() - 1)).path("at").asText()));
    assertThat(read.get(0)).startsWith("event: history");
    assertThat(read).hasSizeLessThan(6);
  }

  @Test
  void noMoreWatchThanMayAndAPlaceIsFreeAgainWhenOneLeaves() throws Exception {
    List<SinkQueueWithCancel<ByteString>> watchers = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      watchers.add(watch());
      next(watchers.get(i));
      next(watchers.get(i));
    }
    assertThat(ask()).isEmpty();
    assertThat(open()).isEqualTo(MOST);
    watchers.get(0).cancel();
    await().atMost(20, TimeUnit.SECONDS).until(() -> ask().isPresent());
    assertThat(open()).isEqualTo(MOST - 1);
    // Two are promised the one place.
    List<Source<ByteString, NotUsed>> promised = List.of(ask().orElseThrow(), ask().orElseThrow());
    List<String> third = new ArrayList<>();
    for (Source<ByteString, NotUsed> source : promised) {
      SinkQueueWithCancel<ByteString> watcher = source.runWith(ONE_AT_A_TIME, kit.system());
      assertThat(next(watcher)).startsWith("event: history");
      third.add(next(watcher));
    }
    assertThat(third.get(0)).startsWith("event: snapshot");
    assertThat(third.get(1)).isEqualTo("the end");
  }

  private double open() {
    return meters.get("argus.streams.open").tag("of", "operations").gauge().value();
  }

  @Test
  void costsAreAskedForSeldom() throws Exception {
    SinkQueueWithCancel<ByteString> watcher = watch();
    next(watcher);
    next(watcher);
    for (int i = 0; i < 29; i++) {
      pass(SECOND);
      next(watcher);
    }
    assertThat(costs).hasValue(1);
    for (int i = 0; i < 3; i++) {
      pass(SECOND);
      next(watcher);
    }
    assertThat(costs).hasValue(2);
  }

  @Test
  void aStopEndsTheEventsOfAll() throws Exception {
    SinkQueueWithCancel<ByteString> watcher = watch();
    feed.tell(OpsFeed.Close.INSTANCE);
    next(watcher);
    next(watcher);
    assertThat(next(watcher)).isEqualTo("the end");
    assertThat(ask()).isEmpty();
  }
}
