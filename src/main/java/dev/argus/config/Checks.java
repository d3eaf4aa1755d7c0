package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/** Range checks that name the setting, what was expected and what was found. */
final class Checks {
  private Checks() {}

  static void atLeast(String name, long value, long min) {
    within(name, value, min, Long.MAX_VALUE);
  }

  static void within(String name, long value, long min, long max) {
    if (value < min || value > max) {
      String range = max == Long.MAX_VALUE ? "at least " + min : min + " to " + max;
      throw new InvalidSettingException(
          "argus." + name + ": expected " + range + ", found " + value);
    }
  }

  static void within(String name, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new InvalidSettingException(
          "argus." + name + ": expected " + min + " to " + max + ", found " + value);
    }
  }

  static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new InvalidSettingException(
          "argus." + name + ": expected a time above zero, found " + value);
    }
  }

  static void atMost(String name, Duration value, Duration max) {
    positive(name, value);
    if (value.compareTo(max) > 0) {
      throw new InvalidSettingException(
          "argus." + name + ": expected at most " + max + ", found " + value);
    }
  }

  static void ordered(String lowName, Duration low, String highName, Duration high) {
    positive(lowName, low);
    if (low.compareTo(high) > 0) {
      throw new InvalidSettingException(
          "argus."
              + lowName
              + " ("
              + low
              + ") must not exceed argus."
              + highName
              + " ("
              + high
              + ")");
    }
  }

  static void matches(String name, String value, String regex) {
    if (!value.matches(regex)) {
      throw new InvalidSettingException(
          "argus." + name + ": expected what matches " + regex + ", found \"" + value + "\"");
    }
  }

  static int bytes(Config c, String section, String name) {
    long bytes = c.getBytes(name);
    if (bytes > Integer.MAX_VALUE) {
      throw new InvalidSettingException(
          "argus." + section + "." + name + ": expected less than 2 GiB, found " + bytes);
    }
    return (int) bytes;
  }
}
