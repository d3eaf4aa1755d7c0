package dev.argus.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** What the next write of a manifest brings: all that came while the one before was under way. */
final class ManifestWrites {
  private final List<Batch.Enter> entering = new ArrayList<>();
  private final List<UnaryOperator<Manifest>> changes = new ArrayList<>();

  /** One write. */
  record Write(List<Batch.Enter> entered, List<UnaryOperator<Manifest>> changes) {
    Manifest applyTo(Manifest manifest) {
      Manifest after = manifest.with(entered.stream().map(Batch.Enter::entry).toList());
      for (UnaryOperator<Manifest> change : changes) {
        after = change.apply(after);
      }
      return after;
    }
  }

  void enter(Batch.Enter photo) {
    entering.add(photo);
  }

  void change(UnaryOperator<Manifest> change) {
    changes.add(change);
  }

  boolean isEmpty() {
    return entering.isEmpty() && changes.isEmpty();
  }

  Write next() {
    Write write = new Write(List.copyOf(entering), List.copyOf(changes));
    entering.clear();
    changes.clear();
    return write;
  }

  /** The changes of a write that failed are made by the next one; its photos are not entered. */
  void again(Write failed) {
    changes.addAll(0, failed.changes());
  }

  void forgetChanges() {
    changes.clear();
  }
}
