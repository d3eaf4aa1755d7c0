package dev.argus.protocol;

import java.util.Locale;

/** The stages of a node's boot, in their order; where there is no install stage only the last. */
public enum BootStage {
  /** The machine and its system are up, and the install stage begins. */
  USER_DATA,
  /** Java and what else comes from the distribution is installed. */
  PACKAGES,
  /** The release is fetched, checked and unpacked. */
  RELEASE,
  /** All is set up, and the node's unit is started. */
  UNIT,
  /** The JVM runs. */
  JVM,
  /** The model is loaded. */
  MODEL;

  /** The name in logs, metrics and scripts: {@code user-data}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
