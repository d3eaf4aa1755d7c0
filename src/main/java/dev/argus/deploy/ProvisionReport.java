package dev.argus.deploy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@link Provision} did.
 *
 * @param release its key in the release bucket
 * @param changes a line for each
 * @param outputs those of the stack
 * @param url where photos are sent; empty if that is not known
 * @param ready whether the web tier said that it can serve
 */
public record ProvisionReport(
    Outcome outcome,
    String stack,
    Account account,
    String release,
    List<String> changes,
    Costs costs,
    Map<String, String> outputs,
    Optional<URI> url,
    boolean ready) {

  /** How it went. */
  public enum Outcome {
    /** Only what would be done was found out. */
    PLANNED,
    /** There was nothing to do. */
    UNCHANGED,
    /** There is something to do, and it was not asked for. */
    UPDATE_AVAILABLE,
    /** Done. */
    DEPLOYED,
    /** The answer was no. */
    DECLINED;

    /** Whether the cluster is as it was asked for, so that it should be ready soon. */
    boolean isFinal() {
      return this == UNCHANGED || this == DEPLOYED;
    }
  }

  public ProvisionReport {
    changes = List.copyOf(changes);
    outputs = Map.copyOf(outputs);
  }

  /** For programs. */
  public ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("outcome", outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .put("stack", stack)
            .put("account", account.id())
            .put("region", account.region().id())
            .put("release", release);
    ArrayNode lines = json.putArray("changes");
    changes.forEach(lines::add);
    json.set("costs", costs.toJson());
    ObjectNode named = json.putObject("outputs");
    new TreeMap<>(outputs).forEach(named::put);
    json.put("url", url.map(URI::toString).orElse(null));
    return json.put("ready", ready);
  }
}
