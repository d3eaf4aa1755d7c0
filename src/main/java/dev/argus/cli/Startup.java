package dev.argus.cli;

import dev.argus.config.ArgusSettings;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the settings of a command. */
final class Startup {
  private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

  private Startup() {}

  /** The settings; warns of variables that were meant for one and name none. */
  static ArgusSettings settings(Map<String, String> environment) {
    ArgusSettings settings = ArgusSettings.load(environment);
    settings.unknownIn(environment).forEach(LOG::warn);
    return settings;
  }
}
