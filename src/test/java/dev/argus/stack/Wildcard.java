package dev.argus.stack;

import java.util.regex.Pattern;

/** Patterns of IAM: * for any characters, ? for one. */
final class Wildcard {
  private Wildcard() {}

  static boolean matches(String pattern, String text) {
    return regex(pattern, 0).matcher(text).matches();
  }

  /** As actions are compared. */
  static boolean matchesAnyCase(String pattern, String text) {
    return regex(pattern, Pattern.CASE_INSENSITIVE).matcher(text).matches();
  }

  /**
   * As ARNs are compared: part by part, so that no wildcard reaches over a colon but in the last.
   */
  static boolean matchesArn(String pattern, String arn) {
    String[] patterns = pattern.split(":", 6);
    String[] parts = arn.split(":", 6);
    if (patterns.length != 6 || parts.length != 6) {
      return false;
    }
    for (int i = 0; i < patterns.length; i++) {
      if (!matches(patterns[i], parts[i])) {
        return false;
      }
    }
    return true;
  }

  private static Pattern regex(String pattern, int flags) {
    StringBuilder regex = new StringBuilder();
    for (char c : pattern.toCharArray()) {
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        default -> regex.append(Pattern.quote(Character.toString(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL | flags);
  }
}
