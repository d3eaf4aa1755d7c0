package dev.argus.cli;

import dev.argus.aws.AwsEnvironment;
import dev.argus.config.ArgusSettings;
import dev.argus.deploy.Doctor;
import dev.argus.deploy.Services;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the settings of a command. */
final class Startup {
  private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

  private Startup() {}

  /**
   * The settings for one who looks at a cluster from any machine: its stack says what its buckets
   * are called, unless the environment does.
   *
   * @throws dev.argus.aws.MissingCredentialsException if there are no credentials: said once here,
   *     not by each call
   */
  static ArgusSettings ofCluster(AwsEnvironment aws, Map<String, String> environment) {
    aws.credentials().resolveCredentials();
    ArgusSettings own = ArgusSettings.load(environment);
    if (Doctor.namesBuckets(environment)) {
      return own;
    }
    try (Services services = new Services(aws, environment)) {
      return ArgusSettings.load(
          Doctor.settingsOf(Doctor.outputs(services, own.names().prefix()), environment));
    }
  }

  /** The settings; warns of variables that were meant for one and name none. */
  static ArgusSettings settings(Map<String, String> environment) {
    LogFormat.check(environment);
    ArgusSettings settings = ArgusSettings.load(environment);
    settings.unknownIn(environment).forEach(LOG::warn);
    return settings;
  }
}
