package dev.argus.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * All settings of {@code conf/application.conf}, read once and checked.
 *
 * @param config what they were read from, Pekko's own settings included and secrets masked
 */
public record ArgusSettings(
    NamesSettings names,
    AwsSettings aws,
    WebSettings web,
    ImageSettings image,
    ModelSettings model,
    WorkerSettings worker,
    ScalingSettings scaling,
    Ec2Settings ec2,
    InstallSettings install,
    LedgerSettings ledger,
    RetentionSettings retention,
    PricesSettings prices,
    Config config) {

  public ArgusSettings {
    // An id is made, its key is claimed and its photo is stored, a call each, before the sweep has
    // passed it.
    Checks.ordered("aws.call-timeout", aws.callTimeout(), "web.sweep.grace", web.sweep().grace());
    // Else a photo that merely waits for its lease to run out would count as overtaken.
    Checks.ordered(
        "worker.visibility-timeout, four times",
        worker.visibilityTimeout().multipliedBy(4),
        "web.sweep.overtaken",
        web.sweep().overtaken());
    // Else a node that works might be taken for dead after a report or two that were lost.
    Checks.ordered(
        "worker.report-interval, three times",
        worker.reportInterval().multipliedBy(3),
        "scaling.boot-timeout",
        scaling.bootTimeout());
    // Else a node that still drains would be ended.
    Checks.ordered(
        "worker.drain-timeout and worker.give-back-timeout",
        worker.drainTimeout().plus(worker.giveBackTimeout()),
        "scaling.boot-timeout",
        scaling.bootTimeout());
    Checks.within("worker.min-workers", worker.minWorkers(), 0, scaling.maxWorkers());
  }

  /** The environment variable that chooses a block of {@code argus.profiles}. */
  public static final String PROFILE = "ARGUS_PROFILE";

  /**
   * Reads the settings: the file, then the profile that the environment names, then the environment
   * variables that name single settings.
   *
   * @throws InvalidSettingException if a setting is missing, of the wrong type or out of range
   */
  public static ArgusSettings load(Map<String, String> environment) {
    try {
      // Resolved last, so that names which contain argus.names.prefix follow an override of it.
      Config file =
          ConfigFactory.defaultOverrides()
              .withFallback(ConfigFactory.defaultApplication())
              .withFallback(ConfigFactory.defaultReferenceUnresolved());
      return from(override(file, environment).resolve());
    } catch (ConfigException e) {
      throw new InvalidSettingException("conf/application.conf: " + e.getMessage(), e);
    }
  }

  /** Reads the settings from a configuration that is ready for use. */
  public static ArgusSettings from(Config config) {
    try {
      Config argus = config.getConfig("argus");
      return new ArgusSettings(
          NamesSettings.from(argus.getConfig("names")),
          AwsSettings.from(argus.getConfig("aws")),
          WebSettings.from(argus.getConfig("web")),
          ImageSettings.from(argus.getConfig("image")),
          ModelSettings.from(argus.getConfig("model")),
          WorkerSettings.from(argus.getConfig("worker")),
          ScalingSettings.from(argus.getConfig("scaling")),
          Ec2Settings.from(argus.getConfig("ec2")),
          InstallSettings.from(argus.getConfig("install")),
          LedgerSettings.from(argus.getConfig("ledger")),
          RetentionSettings.from(argus.getConfig("retention")),
          PricesSettings.from(argus.getConfig("prices")),
          withoutSecrets(config));
    } catch (ConfigException e) {
      throw new InvalidSettingException("conf/application.conf: " + e.getMessage(), e);
    }
  }

  private static final List<String> SECRETS =
      List.of("web.user-token", "web.operator-token", "web.callbacks.secret");

  /**
   * What is kept must not tell, since it goes on to Pekko and prints all it holds. The mask is too
   * short to be a token: settings read from it again are refused.
   */
  private static Config withoutSecrets(Config config) {
    Config masked = config;
    for (String secret : SECRETS) {
      String path = "argus." + secret;
      if (!config.getString(path).isEmpty()) {
        masked = masked.withValue(path, ConfigValueFactory.fromAnyRef("***", "masked"));
      }
    }
    return masked;
  }

  private static Config override(Config file, Map<String, String> environment) {
    Config result = file;
    String profile = environment.getOrDefault(PROFILE, "");
    Config resolved = file.resolve();
    if (!profile.isEmpty()) {
      String path = "argus.profiles." + profile;
      if (!resolved.hasPath(path)) {
        throw new InvalidSettingException(
            PROFILE + ": there is no profile " + profile + " in argus.profiles");
      }
      result = resolved.getConfig(path).atPath("argus").withFallback(result);
    }
    for (var entry : resolved.getConfig("argus").entrySet()) {
      String path = "argus." + entry.getKey();
      String value = environment.get(environmentVariable(path));
      if (value != null) {
        boolean isList = entry.getValue().valueType() == ConfigValueType.LIST;
        Object typed = isList ? items(value) : value;
        result = result.withValue(path, ConfigValueFactory.fromAnyRef(typed, path));
      }
    }
    return result;
  }

  /** A list in one variable: its items between commas; an empty variable is an empty list. */
  private static List<String> items(String value) {
    return Arrays.stream(value.split(",")).map(String::strip).filter(i -> !i.isEmpty()).toList();
  }

  /**
   * The variables of an environment that choose or override settings of an app node, and no others:
   * what a node must be told so that it runs with the same settings as this process.
   *
   * <p>Those of the web tier are not among them: a node has no use for them, and its user data can
   * be read by whoever may describe instances, so no token must ever be in it.
   */
  public Map<String, String> nodeOverridesIn(Map<String, String> environment) {
    Map<String, String> overrides = new HashMap<>();
    for (var entry : config.getConfig("argus").entrySet()) {
      if (entry.getKey().startsWith("web.")) {
        continue;
      }
      String variable = environmentVariable("argus." + entry.getKey());
      if (environment.containsKey(variable)) {
        overrides.put(variable, environment.get(variable));
      }
    }
    if (environment.containsKey(PROFILE)) {
      overrides.put(PROFILE, environment.get(PROFILE));
    }
    return overrides;
  }

  /**
   * The variables of an environment that look like settings and are none, each with some advice.
   */
  public List<String> unknownIn(Map<String, String> environment) {
    return UnknownVariables.in(
        environment,
        config.getConfig("argus").entrySet().stream()
            .map(entry -> environmentVariable("argus." + entry.getKey()))
            .toList());
  }

  /** The environment variable that overrides the setting at {@code path}. */
  public static String environmentVariable(String path) {
    return path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The settings of Argus; not Pekko's, nor the system properties that a configuration holds. */
  @Override
  public String toString() {
    return "ArgusSettings[names=%s, aws=%s, web=%s, image=%s, model=%s, worker=%s, scaling=%s, "
            .formatted(names, aws, web, image, model, worker, scaling)
        + "ec2=%s, install=%s, ledger=%s, ".formatted(ec2, install, ledger)
        + "retention=%s, prices=%s]".formatted(retention, prices);
  }
}
