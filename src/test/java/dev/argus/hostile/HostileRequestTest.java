package dev.argus.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.hostile.RawHttp.Response;
import dev.argus.ports.Classifier;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.simulation.InMemoryCluster;
import dev.argus.simulation.InMemoryCluster.WebNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Broken forms, odd names, paths and headers by the thousand: each is answered in time, and what is
 * refused with a reason; nothing that was accepted is left over.
 */
class HostileRequestTest {
  private static final int AT_ONCE = 16;

  private static InMemoryCluster cluster;
  private static WebNode web;
  private static Classifier classifier;

  @BeforeContainer
  static void start() {
    cluster =
        new InMemoryCluster(
            InstantSource.system(),
            Map.of(
                "ARGUS_WEB_INLINE_LIMIT", "1B",
                "ARGUS_WEB_CLIENT_RATE", "100000",
                "ARGUS_WEB_CLIENT_BURST", "100000"));
    classifier = new DecodingClassifier(cluster.settings());
    web = cluster.startWeb(cluster.surroundings());
    cluster.startApp("i-1", cluster.surroundings(), classifier);
  }

  @AfterContainer
  static void stop() {
    cluster.close();
    classifier.close();
  }

  /** In all 2,000 requests. */
  @Property(tries = 125, seed = "7", shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void everyHostileRequestIsAnsweredInTimeAndWhatIsRefusedWithAReason(
      @ForAll("hostile") List<HostileRequest> requests) {
    requests.parallelStream().forEach(HostileRequestTest::check);
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> cluster.nothingWaits() && web.tier().waiting() == 0);
    assertThat(cluster.store.keys(Bucket.OUTPUT)).hasSameSizeAs(cluster.store.keys(Bucket.INPUT));
    assertThat(cluster.deadLetters.sent()).isEmpty();
    cluster.store.clear(Bucket.INPUT);
    cluster.store.clear(Bucket.OUTPUT);
  }

  private static void check(HostileRequest request) {
    try {
      Optional<Response> response = RawHttp.sendAll(web.tier().address(), request.bytes());
      assertThat(response).as(request.toString()).isPresent();
      String what = request + " -> " + response.get();
      assertThat(response.get().status()).as(what).isBetween(200, 505).isNotEqualTo(500);
      assertThat(response.get().status()).as(what).isNotIn(502, 503, 504);
      assertThat(response.get().body()).as(what).isNotBlank();
    } catch (IOException e) {
      throw new UncheckedIOException(request.toString(), e);
    }
  }

  @Provide
  Arbitrary<List<HostileRequest>> hostile() {
    return Arbitraries.randomValue(random -> HostileRequest.of(random.nextLong()))
        .list()
        .ofSize(AT_ONCE);
  }
}
