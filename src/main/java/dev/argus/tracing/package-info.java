/**
 * Traces of photos by OpenTelemetry, off unless the environment asks for them.
 *
 * <p>A photo's trace context travels with its data, as the W3C {@code traceparent} of its HTTP
 * request, its messages and what is made of them, for its path leads over many threads and
 * processes: there is no current span.
 */
package dev.argus.tracing;
