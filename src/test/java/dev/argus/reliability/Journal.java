package dev.argus.reliability;

import dev.argus.ports.ObjectStore.StoredObject;
import java.util.ArrayList;
import java.util.List;

/** Every result that was ever written, by any process. Thread-safe. */
final class Journal {
  private final List<String> results = new ArrayList<>();

  synchronized void written(StoredObject result) {
    results.add(result.bytes().utf8String());
  }

  synchronized List<String> results() {
    return List.copyOf(results);
  }
}
