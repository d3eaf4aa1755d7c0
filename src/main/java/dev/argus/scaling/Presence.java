package dev.argus.scaling;

import dev.argus.ports.Fleet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The nodes that there are, by what EC2 shows.
 *
 * <p>EC2 is only eventually consistent: one answer may leave out a node that those before and after
 * it show. So a node is gone when two answers in a row leave it out, or when it was seen to end.
 * Otherwise it would be replaced though it works, and its launch be taken for a failure.
 *
 * <p>Not thread-safe.
 */
final class Presence {
  private List<Fleet.Node> before = List.of();

  /** The nodes that there are after EC2's latest answer. */
  List<Fleet.Node> after(List<Fleet.Node> shown) {
    Set<String> ids = shown.stream().map(Fleet.Node::id).collect(Collectors.toSet());
    List<Fleet.Node> present = new ArrayList<>(shown);
    before.stream()
        .filter(node -> node.state() != Fleet.State.SHUTTING_DOWN && !ids.contains(node.id()))
        .forEach(present::add);
    before = List.copyOf(shown);
    return present;
  }
}
