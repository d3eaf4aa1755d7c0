package dev.argus.deploy;

import dev.argus.config.InvalidSettingException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is named after a cluster on AWS. The stack has the prefix itself as its name.
 *
 * @param prefix {@code argus.names.prefix}
 */
record ClusterNames(String prefix, Account account) {
  /** The outputs of the stack, by the environment variables of the settings that they are. */
  private static final Map<String, String> SETTINGS_BY_OUTPUT =
      Map.of(
          "InputBucket", "ARGUS_NAMES_INPUT_BUCKET",
          "OutputBucket", "ARGUS_NAMES_OUTPUT_BUCKET",
          "StateBucket", "ARGUS_NAMES_STATE_BUCKET");

  ClusterNames {
    // A stack's name starts with a letter, and the longest name of a bucket has 63 characters.
    if (!prefix.matches("[a-z][a-z0-9-]{0,26}")) {
      throw new InvalidSettingException(
          "argus.names.prefix: on AWS expected a letter and at most 26 letters, digits and hyphens,"
              + " found \""
              + prefix
              + "\"");
    }
  }

  String stack() {
    return prefix;
  }

  /** The buckets by their names in the template. */
  Map<String, String> buckets() {
    Map<String, String> buckets = new LinkedHashMap<>();
    buckets.put("InputBucket", prefix + "-input" + account.suffix());
    buckets.put("OutputBucket", prefix + "-output" + account.suffix());
    buckets.put("StateBucket", prefix + "-state" + account.suffix());
    buckets.put("ReleaseBucket", releaseBucket());
    return buckets;
  }

  String releaseBucket() {
    return prefix + "-release" + account.suffix();
  }

  /** The response queue that each of several web nodes makes for itself begins so. */
  String ownResponseQueues() {
    return prefix + "-responses-i-";
  }

  /**
   * Whether a queue is one that a web node made for itself, named after its instance: the names of
   * another cluster's queues may begin alike.
   */
  boolean isOwnResponseQueue(String url) {
    String name = url.substring(url.lastIndexOf('/') + 1);
    return name.matches(Pattern.quote(ownResponseQueues()) + "[0-9a-f]+");
  }

  String userToken() {
    return "/argus/" + prefix + "/user-token";
  }

  String operatorToken() {
    return "/argus/" + prefix + "/operator-token";
  }

  String webhookSecret() {
    return "/argus/" + prefix + "/webhook-secret";
  }

  /** Whether the names of all buckets are set. */
  static boolean namesBuckets(Map<String, String> environment) {
    return environment.keySet().containsAll(SETTINGS_BY_OUTPUT.values());
  }

  /**
   * The environment variables with which a process on any machine finds the cluster of a stack.
   * Those that are set already stay.
   */
  static Map<String, String> settings(
      Map<String, String> outputs, Map<String, String> environment) {
    Map<String, String> whole = new HashMap<>(environment);
    SETTINGS_BY_OUTPUT.forEach(
        (output, variable) -> {
          if (outputs.containsKey(output)) {
            whole.putIfAbsent(variable, outputs.get(output));
          }
        });
    return whole;
  }
}
