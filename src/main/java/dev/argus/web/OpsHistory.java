package dev.argus.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.web.Traffic.ErrorClass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * The last quarter of an hour in points, so that charts are full at once; the oldest go first.
 *
 * <p>Some 300 bytes a point. Not thread-safe.
 */
final class OpsHistory {
  /** From one point to the next. */
  static final Duration STEP = Duration.ofSeconds(5);

  /** The last 15 minutes. */
  static final int SIZE = 180;

  /** Rates are over so many points: fewer than three would jump with each photo. */
  private static final int RATE_POINTS = 2;

  /**
   * What charts show of one moment.
   *
   * @param answered photos answered since this web node started
   * @param errors likewise, by class
   * @param numbers what is drawn; one that is absent was not known
   */
  record Point(Instant at, long answered, Map<ErrorClass, Long> errors, ObjectNode numbers) {
    Point {
      errors = Map.copyOf(errors);
    }
  }

  private final Deque<Point> points = new ArrayDeque<>();

  void add(Point point) {
    if (points.size() == SIZE) {
      points.removeFirst();
    }
    points.addLast(point);
  }

  /** Photos answered per second up to now, over the latest points. */
  double rate(long answered, Instant now) {
    Point since = null;
    int steps = 0;
    for (var latest = points.descendingIterator(); latest.hasNext() && steps < RATE_POINTS; ) {
      since = latest.next();
      steps++;
    }
    if (since == null || !since.at().isBefore(now)) {
      return 0;
    }
    double seconds = Duration.between(since.at(), now).toMillis() / 1e3;
    return Math.max(0, answered - since.answered()) / Math.max(1e-3, seconds);
  }

  /** What had gone wrong when the history begins. */
  Map<ErrorClass, Long> errorsBefore() {
    return points.isEmpty() ? Map.of() : points.getFirst().errors();
  }

  /** The points by columns, the oldest first; {@code at} in seconds since 1970. */
  ObjectNode toJson(List<String> columns) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("stepSeconds", STEP.toSeconds()).put("points", SIZE);
    ArrayNode at = json.putArray("at");
    points.forEach(point -> at.add(point.at().getEpochSecond()));
    for (String column : columns) {
      ArrayNode values = json.putArray(column);
      for (Point point : points) {
        values.add(point.numbers().get(column)); // null where it was not known
      }
    }
    return json;
  }
}
