package dev.argus.simulation;

import java.util.Locale;

/** What runs on the nodes of a run. */
public enum NodeKind {
  /** A service time for each photo: {@link ModelNode}, for fleets of thousands. */
  MODEL,
  /** The production worker, all but its network: {@link StreamNode}, for tens of nodes. */
  STREAM;

  /** The name on command lines. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
