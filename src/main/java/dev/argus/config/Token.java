package dev.argus.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A bearer token (RFC 6750) and where it is configured: as a setting, or in a file, which is how
 * systemd and Docker hand over secrets.
 */
public final class Token {
  /** Sixteen random characters take longer to guess than anybody lives. */
  private static final int MIN_LENGTH = 16;

  /** A file beyond this is no token. */
  private static final int MAX_LENGTH = 4096;

  /** A header's value holds these; spaces would end the token. */
  private static final Pattern ALLOWED = Pattern.compile("[\\x21-\\x7e]+");

  private Token() {}

  /**
   * The token that a setting or a file names; empty if neither does.
   *
   * @param name of the setting; that of the file is this and {@code -file}
   * @param value empty for none
   * @param file empty for none
   * @throws InvalidSettingException if both are given, the file cannot be read, or it holds no
   *     token
   */
  static Optional<Secret> of(String name, Secret value, String file) {
    String text = value.reveal();
    if (!text.isEmpty() && !file.isEmpty()) {
      throw new InvalidSettingException(
          "argus.%s and argus.%s-file are both set; set one of them".formatted(name, name));
    }
    if (!file.isEmpty()) {
      return Optional.of(read("argus." + name + "-file", Path.of(file)));
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(checked("argus." + name, text));
  }

  /**
   * The token in a file, without the line's end.
   *
   * @param who names it in messages: the setting or the option
   * @throws InvalidSettingException if the file cannot be read or holds no token
   */
  public static Secret read(String who, Path file) {
    String text;
    try {
      if (Files.size(file) > MAX_LENGTH) {
        throw new InvalidSettingException(
            who + ": expected a file with a token and nothing else, found a larger file: " + file);
      }
      text = Files.readString(file);
    } catch (IOException e) {
      throw new InvalidSettingException(
          who
              + ": the file "
              + file
              + " cannot be read; it must exist, and the user that runs Argus must be able to"
              + " read it",
          e);
    }
    return checked(who + ": " + file, text.stripTrailing());
  }

  /**
   * A token that can be one.
   *
   * @param who names it in messages, which never show the token
   * @throws InvalidSettingException if it is too short or has other than visible ASCII characters
   */
  public static Secret checked(String who, String text) {
    if (text.length() < MIN_LENGTH || text.length() > MAX_LENGTH) {
      throw new InvalidSettingException(
          "%s: expected a token of %d to %d characters, found %d; make one with: openssl rand -hex 32"
              .formatted(who, MIN_LENGTH, MAX_LENGTH, text.length()));
    }
    if (!ALLOWED.matcher(text).matches()) {
      throw new InvalidSettingException(
          who + ": expected a token of visible ASCII characters without spaces, found others");
    }
    return new Secret(text);
  }
}
