package dev.argus.localaws;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where the next page of a listing begins: after the thing with some sequence number. */
final class PageToken {
  private static final String PREFIX = "after:";

  private PageToken() {}

  static String after(long sequence) {
    return Base64.getUrlEncoder()
        .encodeToString((PREFIX + sequence).getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * The sequence number in a call's NextToken, -1 if it has none.
   *
   * @throws Ec2Exception when it is not of an earlier answer
   */
  static long position(Ec2Parameters parameters) {
    return parameters.text("NextToken").map(PageToken::position).orElse(-1L);
  }

  private static long position(String token) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII);
      if (text.startsWith(PREFIX)) {
        return Long.parseLong(text.substring(PREFIX.length()));
      }
    } catch (IllegalArgumentException e) {
      // Falls through: neither our base64 nor our number.
    }
    throw new Ec2Exception(
        400, "InvalidNextToken", "Expected a NextToken from an earlier answer, found " + token);
  }
}
