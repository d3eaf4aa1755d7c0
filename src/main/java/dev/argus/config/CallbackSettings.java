package dev.argus.config;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * Webhooks that tell of finished photos; {@code argus.web.callbacks}.
 *
 * @param secret one or several with spaces between them; empty for none
 * @param secretFile path; empty for none
 * @param allowPrivateAddresses whether callbacks may go to addresses that are not on the internet
 * @param timeout of one delivery, from the look-up of the name to the status
 * @param backoff between deliveries that failed
 * @param giveUpAfter from when the callback was asked for
 * @param parallelism deliveries under way at once, on one web node
 * @param maxPending callbacks that one web node keeps account of
 * @param checkInterval how often those that are due are looked for
 * @param recoverInterval how often those are looked for that another web node has left behind
 */
public record CallbackSettings(
    Secret secret,
    String secretFile,
    boolean allowPrivateAddresses,
    Duration timeout,
    Backoff backoff,
    Duration giveUpAfter,
    int parallelism,
    int maxPending,
    Duration checkInterval,
    Duration recoverInterval) {

  private static final String SECRET = "web.callbacks.secret";

  /** Source: Standard Webhooks, "Symmetric": 24 to 64 bytes, with this in front of base64. */
  private static final String PREFIX = "whsec_";

  private static final int MIN_BYTES = 24;
  private static final int MAX_BYTES = 64;
  private static final int MAX_FILE_BYTES = 4096;

  public CallbackSettings {
    Checks.positive("web.callbacks.timeout", timeout);
    Checks.positive("web.callbacks.give-up-after", giveUpAfter);
    Checks.within("web.callbacks.parallelism", parallelism, 1, 1000);
    Checks.atLeast("web.callbacks.max-pending", maxPending, 1);
    Checks.positive("web.callbacks.check-interval", checkInterval);
    // Until then a callback that is being delivered is its web node's.
    Checks.ordered(
        "web.callbacks.timeout", timeout, "web.callbacks.recover-interval", recoverInterval);
  }

  static CallbackSettings from(Config c) {
    return new CallbackSettings(
        new Secret(c.getString("secret")),
        c.getString("secret-file"),
        c.getBoolean("allow-private-addresses"),
        c.getDuration("timeout"),
        new Backoff(c.getDuration("min-backoff"), c.getDuration("max-backoff")),
        c.getDuration("give-up-after"),
        c.getInt("parallelism"),
        c.getInt("max-pending"),
        c.getDuration("check-interval"),
        c.getDuration("recover-interval"));
  }

  /**
   * The secrets that each webhook is signed with, so that receivers can go from one to the next;
   * empty if none is configured, and then none is sent.
   *
   * @throws InvalidSettingException if it is set twice, cannot be read, or is none
   */
  public List<Secret> signingSecrets() {
    String text = secret.reveal();
    if (!text.isEmpty() && !secretFile.isEmpty()) {
      throw new InvalidSettingException(
          "argus.web.callbacks.secret and argus.web.callbacks.secret-file are both set; set one of"
              + " them");
    }
    if (secretFile.isEmpty()) {
      return text.isEmpty() ? List.of() : checked("argus." + SECRET, text);
    }
    return read(Path.of(secretFile));
  }

  private static List<Secret> read(Path file) {
    String who = "argus.web.callbacks.secret-file: " + file;
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new InvalidSettingException(who + " is too large for a secret");
      }
      return checked(who, Files.readString(file));
    } catch (IOException e) {
      throw new InvalidSettingException(who + " cannot be read", e);
    }
  }

  private static List<Secret> checked(String who, String text) {
    return Stream.of(text.strip().split("\\s+")).map(secret -> one(who, secret)).toList();
  }

  private static Secret one(String who, String text) {
    if (text.startsWith(PREFIX)) {
      try {
        int bytes = Base64.getDecoder().decode(text.substring(PREFIX.length())).length;
        if (bytes >= MIN_BYTES && bytes <= MAX_BYTES) {
          return new Secret(text);
        }
      } catch (IllegalArgumentException e) {
        // told below, without the secret
      }
    }
    throw new InvalidSettingException(
        "%s: expected %s and %d to %d bytes in base64; make it with: echo %s$(openssl rand -base64 32)"
            .formatted(who, PREFIX, MIN_BYTES, MAX_BYTES, PREFIX));
  }
}
