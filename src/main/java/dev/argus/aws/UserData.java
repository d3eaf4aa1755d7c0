package dev.argus.aws;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Builds the user data of an app node: its environment, then the script that it runs. */
public final class UserData {
  /** An EC2 limit, before base64. */
  public static final int MAX_BYTES = 16 * 1024;

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private UserData() {}

  /**
   * A bash script that exports the variables, in the order of their names, and goes on with the
   * script of that path.
   *
   * @throws IllegalArgumentException if a name is not one of a variable, if a value has a NUL, or
   *     if the whole exceeds {@link #MAX_BYTES}
   * @throws IOException if the script cannot be read
   */
  public static String of(Map<String, String> environment, Path script) throws IOException {
    StringBuilder text = new StringBuilder("#!/bin/bash\n");
    new TreeMap<>(environment)
        .forEach(
            (name, value) ->
                text.append("export ")
                    .append(name(name))
                    .append('=')
                    .append(quoted(value))
                    .append('\n'));
    text.append(withoutShebang(Files.readString(script)));
    int bytes = text.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "expected user data of at most "
              + MAX_BYTES
              + " bytes (an EC2 limit), found "
              + bytes
              + "; shorten "
              + script
              + " or pass fewer settings");
    }
    return text.toString();
  }

  private static String name(String name) {
    if (!VARIABLE.matcher(name).matches()) {
      throw new IllegalArgumentException("expected the name of a variable, found \"" + name + "\"");
    }
    return name;
  }

  /** Within single quotes a shell takes everything as it is, but for the quote itself. */
  private static String quoted(String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("expected a value without NUL, found one");
    }
    return "'" + value.replace("'", "'\\''") + "'";
  }

  private static String withoutShebang(String script) {
    if (!script.startsWith("#!")) {
      return script;
    }
    int end = script.indexOf('\n');
    return end < 0 ? "" : script.substring(end + 1);
  }
}
