package dev.argus.protocol;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How a result came about: the metadata of its object in the output bucket, for operators.
 *
 * @param at when the result was stored, by the clock of the node
 * @param node the instance id of the app node
 * @param receive the how-manieth receive of its request led to it
 */
public record ResultFacts(Instant at, String node, int receive, StageTimes times) {
  private static final String AT = "at";
  private static final String NODE = "node";
  private static final String RECEIVE = "receive";
  private static final String QUEUED = "queued";
  private static final String DECODE = "decode";
  private static final String INFERENCE = "inference";
  private static final String SERVICE = "service";

  /** Names in lower case and values in ASCII, as S3 wants them. */
  public Map<String, String> toMetadata() {
    return Map.of(
        AT, at.toString(),
        NODE, node,
        RECEIVE, Integer.toString(receive),
        QUEUED, times.queued().toString(),
        DECODE, times.decode().toString(),
        INFERENCE, times.inference().toString(),
        SERVICE, times.service().toString());
  }

  /** Reads them back; empty if an object has none, or others. */
  public static Optional<ResultFacts> of(Map<String, String> metadata) {
    try {
      return metadata.containsKey(AT)
          ? Optional.of(
              new ResultFacts(
                  Instant.parse(metadata.get(AT)),
                  metadata.getOrDefault(NODE, ""),
                  Integer.parseInt(metadata.getOrDefault(RECEIVE, "0")),
                  new StageTimes(
                      time(metadata, QUEUED),
                      time(metadata, DECODE),
                      time(metadata, INFERENCE),
                      time(metadata, SERVICE))))
          : Optional.empty();
    } catch (DateTimeException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Duration time(Map<String, String> metadata, String name) {
    return Duration.parse(metadata.getOrDefault(name, "PT0S"));
  }
}
