package dev.argus.scaling;

import static java.time.temporal.ChronoUnit.MILLIS;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The JSON form of a decision: one flat object, times in milliseconds unless they are instants. */
final class DecisionJson {
  private DecisionJson() {}

  static ObjectNode of(DecisionLog.Entry entry) {
    Decision decision = entry.decision();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("at", decision.at().truncatedTo(MILLIS).toString());
    json.put("lastAt", entry.lastAt().truncatedTo(MILLIS).toString());
    json.put("count", entry.count());
    json.put("launch", decision.launch());
    json.put("verdict", decision.verdict().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    json.put("reason", decision.reason());
    if (!entry.launches().isEmpty()) {
      var launches = json.putArray("launches");
      entry.launches().forEach(launches::add);
    }
    decision.warm().ifPresent(warm -> json.put("warm", warm));
    decision.observation().ifPresent(observation -> put(json, observation));
    return json;
  }

  private static void put(ObjectNode json, Observation seen) {
    json.put("visible", seen.visible());
    json.put("inFlight", seen.inFlight());
    json.put("waiting", seen.waiting());
    json.put("ready", seen.ready());
    json.put("booting", seen.booting().size());
    put(json, "bootingAgesMs", seen.booting());
    json.put("unseen", seen.unseen().size());
    put(json, "unseenAgesMs", seen.unseen());
    json.put("leaving", seen.leaving());
    json.put("overdue", seen.overdue());
    json.put("serviceTimeMs", millis(seen.serviceTime()));
    json.put("serviceSpreadMs", millis(seen.serviceSpread()));
    json.put("bootTimeMs", millis(seen.bootTime()));
    json.put("bootSpreadMs", millis(seen.bootSpread()));
    json.put("parallelism", seen.parallelism());
    json.put("maxWorkers", seen.maxWorkers());
    json.put("targetTimeMs", millis(seen.targetTime()));
    json.put("deadlineMs", millis(seen.deadline()));
    json.put("arrivalsPerSecond", seen.demand().arrivalRate());
  }

  private static void put(ObjectNode json, String name, List<Duration> times) {
    var array = json.putArray(name);
    times.forEach(time -> array.add(time.toMillis()));
  }

  /** With three decimals: a network may take a fraction of a millisecond. */
  private static double millis(Duration time) {
    return time.toNanos() / 1000 / 1e3;
  }
}
