package dev.argus.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.ports.Classifier.Classification;
import dev.argus.protocol.Prediction;
import dev.argus.simulation.InMemoryCluster;
import dev.argus.simulation.InMemoryCluster.WebNode;
import dev.argus.simulation.ScriptedClassifier;
import dev.argus.tracing.Tracing;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A photo's way is one trace, from the client's request through both queues and back. */
class TraceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CLIENT_SPAN = "00f067aa0ba902b7";

  /** Each span and what it is a part of. */
  private static final Map<String, String> PARENTS =
      Map.of(
          "POST /v1/images", "the client",
          "put photo", "POST /v1/images",
          "send requests", "POST /v1/images",
          "process requests", "send requests",
          "decode", "process requests",
          "inference", "process requests",
          "put result", "process requests",
          "send responses", "process requests",
          "process responses", "send responses");

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

  @ParameterizedTest
  @CsvSource({"49152, false", "0, true"})
  void aPhotoIsOneTrace(int inlineLimit, boolean fetched) throws Exception {
    Tracing tracing =
        Tracing.with(
            OpenTelemetrySdk.builder()
                .setTracerProvider(
                    SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build())
                .build(),
            () -> {});
    Classification seen =
        new Classification(
            List.of(new Prediction("cat", 0.9)), Duration.ofMillis(20), Duration.ofMillis(7));
    try (InMemoryCluster cluster =
        new InMemoryCluster(
            InstantSource.system(),
            Map.of("ARGUS_WEB_INLINE_LIMIT", Integer.toString(inlineLimit)))) {
      WebNode web = cluster.startWeb(cluster.traced(tracing), tracing);
      cluster.startApp(
          "i-1",
          cluster.traced(tracing),
          new ScriptedClassifier(photo -> CompletableFuture.completedFuture(seen)),
          tracing);
      assertThat(upload(web)).isEqualTo(200);
      await()
          .atMost(PATIENCE)
          .until(
              () -> exporter.getFinishedSpanItems().size() >= PARENTS.size() + (fetched ? 1 : 0));
    }

    List<SpanData> spans = exporter.getFinishedSpanItems();
    assertThat(spans).extracting(SpanData::getTraceId).containsOnly(TRACE);
    Map<String, String> names =
        spans.stream().collect(Collectors.toMap(SpanData::getSpanId, SpanData::getName));
    names.put(CLIENT_SPAN, "the client");
    Map<String, String> parents =
        spans.stream()
            .collect(
                Collectors.toMap(SpanData::getName, span -> names.get(span.getParentSpanId())));
    assertThat(parents.remove("get photo")).isEqualTo(fetched ? "process requests" : null);
    assertThat(parents).isEqualTo(PARENTS);

    Map<String, SpanData> byName =
        spans.stream().collect(Collectors.toMap(SpanData::getName, Function.identity()));
    assertThat(byName.get("POST /v1/images").getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(byName.get("send requests").getKind()).isEqualTo(SpanKind.PRODUCER);
    assertThat(byName.get("process responses").getKind()).isEqualTo(SpanKind.CONSUMER);
    SpanData decode = byName.get("decode");
    SpanData inference = byName.get("inference");
    assertThat(nanos(decode)).isEqualTo(seen.decode().toNanos());
    assertThat(nanos(inference)).isEqualTo(seen.inference().toNanos());
    assertThat(decode.getEndEpochNanos()).isEqualTo(inference.getStartEpochNanos());
  }

  private static long nanos(SpanData span) {
    return span.getEndEpochNanos() - span.getStartEpochNanos();
  }

  private static int upload(WebNode web) throws Exception {
    ByteArrayOutputStream photo = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB), "png", photo);
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(web.uri("/v1/images"))
                .header("Content-Type", "image/png")
                .header("traceparent", "00-" + TRACE + "-" + CLIENT_SPAN + "-01")
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofByteArray(photo.toByteArray()))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }
}
