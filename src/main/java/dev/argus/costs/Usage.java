package dev.argus.costs;

import dev.argus.protocol.BilledRequest;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was used, in AWS's units.
 *
 * @param since the beginning of the account
 * @param photos that app nodes have answered
 * @param seconds that instances ran
 */
record Usage(
    Instant since,
    Map<BilledRequest, Long> requests,
    long photos,
    Map<InstanceKind, Long> seconds) {

  Usage {
    requests = Map.copyOf(requests);
    seconds = Map.copyOf(seconds);
  }

  static Usage none(Instant since) {
    return new Usage(since, Map.of(), 0, Map.of());
  }

  /** Both together. */
  Usage plus(Usage other) {
    Map<BilledRequest, Long> allRequests = new EnumMap<>(BilledRequest.class);
    requests.forEach(allRequests::put);
    other.requests.forEach((kind, count) -> allRequests.merge(kind, count, Long::sum));
    Map<InstanceKind, Long> allSeconds = new TreeMap<>(seconds);
    other.seconds.forEach((kind, count) -> allSeconds.merge(kind, count, Long::sum));
    return new Usage(
        since.isBefore(other.since) ? since : other.since,
        allRequests,
        photos + other.photos,
        allSeconds);
  }

  Usage with(Map<InstanceKind, Long> more) {
    return plus(new Usage(since, Map.of(), 0, more));
  }
}
