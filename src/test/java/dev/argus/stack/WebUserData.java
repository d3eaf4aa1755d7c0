package dev.argus.stack;

import static dev.argus.stack.Template.map;

import dev.argus.config.ArgusSettings;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a web node of the stack runs when it boots.
 *
 * @param text the user data, decoded
 */
record WebUserData(String text) {
  private static final Pattern SETTING =
      Pattern.compile("(?m)^export (ARGUS_[A-Z0-9_]+)=(['\"])(.*)\\2$");

  /** For the scripts, which keep them from Argus. */
  private static final List<String> OF_SCRIPTS =
      List.of("ARGUS_INSTALL_ROLE", "ARGUS_INSTALL_STACK");

  static WebUserData of(Stack stack) {
    Map<String, Object> data =
        map(stack.get("WebLaunchTemplate").properties().get("LaunchTemplateData"));
    byte[] bytes = Base64.getDecoder().decode(data.get("UserData").toString());
    return new WebUserData(new String(bytes, StandardCharsets.UTF_8));
  }

  /** The environment of Argus that it exports before its script. */
  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    for (MatchResult setting : SETTING.matcher(text).results().toList()) {
      environment.put(
          setting.group(1),
          setting
              .group(3)
              .replace("$(cat /var/lib/cloud/data/instance-id)", ArgusCalls.WEB_INSTANCE));
    }
    environment.keySet().removeAll(OF_SCRIPTS);
    return environment;
  }

  /** The settings of a web node with that environment. */
  ArgusSettings settings() {
    return ArgusSettings.load(environment());
  }
}
