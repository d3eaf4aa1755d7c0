package dev.argus.web;

import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * What a client calls one upload, so that sending it again makes no second job: the header {@code
 * Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header).
 *
 * <p>The draft asks for a string of RFC 8941, in quotes; without them it is taken too.
 *
 * @param photo the photo's place in a form of several, from 0: each has a key of its own
 */
record IdempotencyKey(String value, int photo) {
  private static final String NAME = "idempotency-key";
  private static final int MAX_LENGTH = 255;

  /** In quotes, each character escaped. */
  private static final int MAX_HEADER_LENGTH = 2 * MAX_LENGTH + 2;

  // Possessive: Java's regular expressions recurse for each round of a group that may backtrack.
  private static final Pattern QUOTED = Pattern.compile("\"((?:[!#-\\[\\]-~]|\\\\[\"\\\\])*+)\"");
  private static final Pattern BARE = Pattern.compile("[!#-~]*");

  /**
   * The key of a request; empty if it has none.
   *
   * @throws PhotoException if there are several, or what there is cannot be a key
   */
  static Optional<IdempotencyKey> of(HttpRequest request) {
    List<String> values = new ArrayList<>();
    for (HttpHeader header : request.getHeaders()) {
      if (header.is(NAME)) {
        values.add(header.value().strip());
      }
    }
    if (values.isEmpty()) {
      return Optional.empty();
    }
    if (values.size() > 1) {
      throw malformed("found " + values.size() + " of them");
    }
    return Optional.of(parse(values.get(0)));
  }

  private static IdempotencyKey parse(String header) {
    if (header.length() > MAX_HEADER_LENGTH) {
      throw malformed("found " + header.length() + " characters");
    }
    Matcher quoted = QUOTED.matcher(header);
    String value;
    if (quoted.matches()) {
      value = quoted.group(1).replaceAll("\\\\(.)", "$1");
    } else if (BARE.matcher(header).matches()) {
      value = header;
    } else {
      throw malformed("found other characters");
    }
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw malformed("found " + value.length() + " characters");
    }
    return new IdempotencyKey(value, 0);
  }

  private static PhotoException malformed(String found) {
    return new PhotoException(
        Problem.Kind.BAD_REQUEST.because(
            "Expected one Idempotency-Key of 1 to "
                + MAX_LENGTH
                + " visible ASCII characters, in quotes or without, "
                + found
                + "."));
  }

  /** The key of one photo of the form. */
  IdempotencyKey ofPhoto(int place) {
    return new IdempotencyKey(value, place);
  }

  /** Where it is kept, under its hash: what a client sends is never a path. */
  String objectKey() {
    return ObjectKeys.idempotencyKey(hash(), photo);
  }

  private String hash() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
