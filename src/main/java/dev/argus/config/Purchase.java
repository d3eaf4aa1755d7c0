package dev.argus.config;

import java.util.List;

/** How an app node is paid for. */
public enum Purchase {
  ON_DEMAND("on demand"),
  /** Cheaper, and EC2 may take it away with two minutes' notice. */
  SPOT("spot");

  private final String words;

  Purchase(String words) {
    this.words = words;
  }

  /** In words, for people. */
  public String words() {
    return words;
  }

  /** What to try, in order: the setting {@code on-demand}, {@code spot} or both. */
  static List<Purchase> ordered(String name, String setting) {
    return switch (setting) {
      case "on-demand" -> List.of(ON_DEMAND);
      case "spot" -> List.of(SPOT);
      case "spot-then-on-demand" -> List.of(SPOT, ON_DEMAND);
      default ->
          throw new InvalidSettingException(
              "argus."
                  + name
                  + ": expected on-demand, spot or spot-then-on-demand, found \""
                  + setting
                  + "\"");
    };
  }
}
