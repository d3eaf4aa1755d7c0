package dev.argus.costs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.config.ArgusSettings;
import dev.argus.ports.BilledRequests;
import dev.argus.ports.Fleet;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.BilledRequest;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.ObjectKeys;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.SettableClock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CostKeeperTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Instant T0 = Instant.parse("2026-01-31T08:00:00Z");

  private final SettableClock clock = new SettableClock(T0);
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  /** One web node's keeper, and what it counts itself. */
  private final class Keeper {
    final BilledRequests requests = new BilledRequests();
    final ActorRef<CostKeeper.Command> ref;

    Keeper(String queue, Optional<Fleet.Node> self) {
      ref =
          KIT.spawn(
              CostKeeper.create(
                  ArgusSettings.load(Map.of()).prices(),
                  new CostKeeper.Surroundings(
                      queue,
                      store,
                      requests,
                      CompletableFuture.completedFuture(self),
                      meters,
                      clock)));
    }

    JsonNode tell() {
      TestProbe<String> answers = KIT.createTestProbe(String.class);
      ref.tell(new CostKeeper.Tell(answers.getRef()));
      try {
        return new ObjectMapper().readTree(answers.receiveMessage());
      } catch (JsonProcessingException e) {
        throw new AssertionError(e);
      }
    }

    /** As a web node that stops, or one that has saved when it crashes. */
    void saveAndEnd() {
      TestProbe<Done> saved = KIT.createTestProbe(Done.class);
      ref.tell(new CostKeeper.Save(saved.getRef()));
      saved.receiveMessage();
      KIT.stop(ref);
    }
  }

  private Keeper keeper(String queue) {
    Keeper keeper = new Keeper(queue, Optional.empty());
    await().until(() -> !keeper.tell().has("incomplete"));
    return keeper;
  }

  private static Fleet.Node node(String id) {
    return new Fleet.Node(id, 1, Fleet.State.RUNNING, T0, "", "c7i.large", "spot");
  }

  private static CostKeeper.Heard report(long photos, long sends) {
    return new CostKeeper.Heard(
        new NodeReport(
            "i-1",
            NodeReport.State.WORKING,
            "",
            T0,
            Duration.ZERO,
            1,
            Map.of(NodeEvent.SERVED, photos),
            Map.of(),
            Map.of(BilledRequest.SQS_SEND, sends)));
  }

  @Test
  void itAddsUpItsOwnRequestsThoseOfAppNodesAndInstances() {
    Keeper keeper = keeper("a");
    keeper.requests.add(BilledRequest.SQS_RECEIVE, 7);
    keeper.ref.tell(report(100, 10));
    keeper.ref.tell(report(50, 5));
    clock.advance(Duration.ofSeconds(600));
    keeper.ref.tell(new CostKeeper.Seen(List.of(node("i-1"), node("i-2"))));

    await().until(() -> keeper.tell().at("/instances/0/seconds").asLong() == 1200);
    JsonNode costs = keeper.tell();
    assertThat(costs.get("photos").asLong()).isEqualTo(150);
    assertThat(costs.at("/sqs/send").asLong()).isEqualTo(15);
    assertThat(costs.at("/sqs/receive").asLong()).isEqualTo(7);
    assertThat(costs.at("/instances/0/purchase").asText()).isEqualTo("spot");
    assertThat(costs.get("usdPer1000Photos").asDouble()).isPositive();

    String scrape = meters.scrape();
    assertThat(scrape)
        .contains("argus_sqs_requests_billed_total{action=\"send\"} 15.0")
        .contains("argus_sqs_requests_billed_total{action=\"receive\"} 7.0")
        .contains("argus_instance_seconds_total{purchase=\"spot\",type=\"c7i.large\"} 1200.0")
        .contains("argus_s3_requests_total{class=\"put\"} 0.0");
    double cost =
        scrape
            .lines()
            .filter(line -> line.startsWith("argus_cost_usd_total"))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
            .sum();
    assertThat(cost).isCloseTo(costs.get("usd").asDouble(), within(0.000_01));
  }

  @Test
  void theAccountGoesOnAfterARestart() {
    Keeper first = keeper("a");
    first.requests.add(BilledRequest.SQS_RECEIVE, 7);
    first.ref.tell(report(100, 10));
    first.ref.tell(new CostKeeper.Seen(List.of(node("i-1"))));
    await().until(() -> !first.tell().at("/instances/0").isMissingNode());
    first.saveAndEnd();

    clock.advance(Duration.ofHours(1));
    Keeper second = keeper("a");
    second.requests.add(BilledRequest.SQS_RECEIVE, 1);
    second.ref.tell(report(1, 1));
    second.ref.tell(new CostKeeper.Seen(List.of(node("i-1"))));

    await().until(() -> second.tell().at("/instances/0/seconds").asLong() == 3600);
    JsonNode costs = second.tell();
    assertThat(costs.get("since").asText()).isEqualTo(T0.toString());
    assertThat(costs.get("photos").asLong()).isEqualTo(101);
    assertThat(costs.at("/sqs/send").asLong()).isEqualTo(11);
    assertThat(costs.at("/sqs/receive").asLong()).isEqualTo(8);
  }

  @Test
  void anyWebNodeTellsOfAllAndTheOneThatLeadsTakesTheFleetsAccountOver() {
    Keeper first = keeper("a");
    first.ref.tell(report(100, 10));
    clock.advance(Duration.ofSeconds(100));
    first.ref.tell(new CostKeeper.Seen(List.of(node("i-1"))));
    await().until(() -> first.tell().at("/instances/0/seconds").asLong() == 100);
    first.saveAndEnd();

    Keeper second = keeper("b");
    second.ref.tell(report(1, 1));
    await().until(() -> second.tell().get("photos").asLong() == 101);
    assertThat(second.tell().at("/instances/0/seconds").asLong()).isEqualTo(100);

    clock.advance(Duration.ofSeconds(100));
    second.ref.tell(new CostKeeper.Seen(List.of(node("i-1"))));
    await().until(() -> second.tell().at("/instances/0/seconds").asLong() == 200);
  }

  @Test
  void aWebNodeThatIsAnInstanceCountsItself() {
    Keeper keeper =
        new Keeper(
            "a",
            Optional.of(
                new Fleet.Node("i-web", 0, Fleet.State.RUNNING, T0, "", "t3.small", "on-demand")));
    clock.advance(Duration.ofSeconds(300));
    await().until(() -> keeper.tell().at("/instances/0/seconds").asLong() == 300);
    assertThat(keeper.tell().at("/instances/0/type").asText()).isEqualTo("t3.small");
  }

  @Test
  void anAccountThatCannotBeReadIsToldOfAndNeverWrittenOver() {
    String key = ObjectKeys.costsOfWebNode("a");
    store.put(
        Bucket.STATE,
        key,
        new StoredObject(ByteString.fromString("not json"), "text/plain", Map.of()));
    Keeper keeper = new Keeper("a", Optional.empty());
    keeper.ref.tell(report(3, 1));
    await().until(() -> keeper.tell().get("photos").asLong() == 3);
    assertThat(keeper.tell().get("incomplete").asText()).isNotEmpty();
    keeper.saveAndEnd();
    assertThat(store.get(Bucket.STATE, key).toCompletableFuture().join().get().bytes().utf8String())
        .isEqualTo("not json");
  }
}
