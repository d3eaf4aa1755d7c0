package dev.argus.cli;

import dev.argus.tracing.Tracing;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Traces as OpenTelemetry's own variables ask for them: on with {@code OTEL_TRACES_EXPORTER}, such
 * as {@code otlp}. All others are respected by the SDK; metrics and logs are not exported by it
 * unless they are asked for as well.
 */
final class Telemetry {
  /** A collector that cannot be reached must not keep a node from its end. */
  private static final long FLUSH_LIMIT_SECONDS = 2;

  private static final String EXPORTER = "OTEL_TRACES_EXPORTER";

  private Telemetry() {}

  /**
   * @param service its name where {@code OTEL_SERVICE_NAME} has none
   */
  static Tracing of(Map<String, String> environment, String service) {
    String exporter = environment.getOrDefault(EXPORTER, "");
    if (exporter.isEmpty() || exporter.equals("none") || isDisabled(environment)) {
      return Tracing.off();
    }
    OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(
                () ->
                    Map.of(
                        "otel.service.name", service,
                        "otel.metrics.exporter", "none",
                        "otel.logs.exporter", "none",
                        "otel.exporter.otlp.protocol", "http/protobuf"))
            .disableShutdownHook() // too late for the JDK's HTTP client; see Ports
            .build()
            .getOpenTelemetrySdk();
    return Tracing.with(
        sdk,
        () -> sdk.getSdkTracerProvider().forceFlush().join(FLUSH_LIMIT_SECONDS, TimeUnit.SECONDS));
  }

  private static boolean isDisabled(Map<String, String> environment) {
    return Boolean.parseBoolean(environment.get("OTEL_SDK_DISABLED"));
  }
}
