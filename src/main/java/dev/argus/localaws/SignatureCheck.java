package dev.argus.localaws;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Lets a call pass only if its Signature Version 4 was made with one given key, over this very
 * method, path, query, body and set of headers, and at most five minutes ago.
 *
 * <p>Takes signatures in the Authorization header, as the SDKs send them; neither presigned URLs
 * nor unsigned payloads. Source: "AWS Signature Version 4 for API requests" in the IAM User Guide.
 */
final class SignatureCheck {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final Duration MAX_SKEW = Duration.ofMinutes(5);
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          ALGORITHM
              + " +Credential=([^/, ]+)/(\\d{8})/([^/, ]+)/([^/, ]+)/aws4_request"
              + ", *SignedHeaders=([a-z0-9;_-]+), *Signature=([0-9a-f]{64})");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Credentials credentials;
  private final String region;
  private final String service;
  private final Clock clock;

  SignatureCheck(Credentials credentials, String region, String service, Clock clock) {
    this.credentials = credentials;
    this.region = region;
    this.service = service;
    this.clock = clock;
  }

  /** Returns if the call is rightly signed, throws what EC2 answers if not. */
  void verify(HttpCall call) {
    String header = call.header("authorization");
    if (header.isEmpty()) {
      throw new Ec2Exception(
          403, "MissingAuthenticationToken", "The request must be signed (Authorization header)");
    }
    Matcher authorization = AUTHORIZATION.matcher(header);
    if (!authorization.matches()) {
      throw new Ec2Exception(
          400, "IncompleteSignature", "Expected an Authorization header of " + ALGORITHM);
    }
    if (!authorization.group(1).equals(credentials.accessKeyId())) {
      throw new Ec2Exception(
          401, "AuthFailure", "AWS was not able to validate the provided access credentials");
    }
    String time = call.header("x-amz-date");
    checkTime(time);
    String date = authorization.group(2);
    if (!time.startsWith(date)
        || !authorization.group(3).equals(region)
        || !authorization.group(4).equals(service)) {
      throw mismatch("Credential should be scoped to " + region + "/" + service + " and its date");
    }
    Set<String> signed = Set.of(authorization.group(5).split(";"));
    checkCovered(call, signed);
    String scope = date + "/" + region + "/" + service + "/aws4_request";
    String toSign =
        String.join("\n", ALGORITHM, time, scope, sha256(utf8(canonical(call, signed))));
    byte[] expected = hmac(key(date), toSign);
    // A comparison that stops at the first difference would tell how far a guess is right.
    if (!MessageDigest.isEqual(expected, HexFormat.of().parseHex(authorization.group(6)))) {
      throw mismatch(
          "The request signature we calculated does not match the signature you provided");
    }
  }

  private void checkTime(String time) {
    Instant signedAt;
    try {
      signedAt = TIME.parse(time, Instant::from);
    } catch (DateTimeException e) {
      throw new Ec2Exception(
          400, "IncompleteSignature", "Expected an X-Amz-Date such as 20260131T120000Z");
    }
    if (Duration.between(signedAt, clock.instant()).abs().compareTo(MAX_SKEW) > 0) {
      throw new Ec2Exception(400, "RequestExpired", "Request has expired.");
    }
  }

  /** What is not signed could have been changed or added on the way. */
  private static void checkCovered(HttpCall call, Set<String> signed) {
    boolean covered =
        signed.contains("host")
            && call.headers().keySet().stream()
                .filter(name -> name.startsWith("x-amz-"))
                .allMatch(signed::contains);
    if (!covered) {
      throw mismatch("Host and all x-amz- headers must be signed");
    }
    String declared = call.header("x-amz-content-sha256");
    if (!declared.isEmpty() && !declared.equals(sha256(call.body()))) {
      throw mismatch("X-Amz-Content-SHA256 is not the SHA-256 of the body");
    }
  }

  private static String canonical(HttpCall call, Set<String> signed) {
    List<String> names = signed.stream().sorted().toList();
    String headers =
        names.stream()
            .map(name -> name + ":" + value(call, name) + "\n")
            .collect(Collectors.joining());
    return String.join(
        "\n",
        call.method(),
        call.path().isEmpty() ? "/" : call.path(),
        canonicalQuery(call.query()),
        headers,
        String.join(";", names),
        sha256(call.body()));
  }

  private static String value(HttpCall call, String name) {
    return call.headers().getOrDefault(name, List.of()).stream()
        .map(v -> v.strip().replaceAll(" +", " "))
        .collect(Collectors.joining(","));
  }

  private static String canonicalQuery(String query) {
    if (query.isEmpty()) {
      return "";
    }
    return Arrays.stream(query.split("&"))
        .map(pair -> pair.contains("=") ? pair : pair + "=")
        .sorted()
        .collect(Collectors.joining("&"));
  }

  private byte[] key(String date) {
    byte[] key = utf8("AWS4" + credentials.secretAccessKey());
    for (String part : List.of(date, region, service, "aws4_request")) {
      key = hmac(key, part);
    }
    return key;
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256", e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Ec2Exception mismatch(String message) {
    return new Ec2Exception(403, "SignatureDoesNotMatch", message);
  }
}
