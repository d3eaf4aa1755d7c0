package dev.argus.aws;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;

/** User metadata as S3 carries it: in headers, which take ASCII only. */
final class S3Metadata {
  private static final String PREFIX = "x-amz-meta-";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");
  private static final Pattern VALUE = Pattern.compile("[ -~]*");

  private S3Metadata() {}

  /**
   * @throws IllegalArgumentException if a name or a value cannot be a header: a line break in one
   *     would even add headers of its own
   */
  static void check(Map<String, String> metadata) {
    metadata.forEach(
        (name, value) -> {
          if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                "metadata: expected a lower-case name and a value of printable ASCII, found "
                    + name
                    + "="
                    + value
                    + "; encode it first");
          }
        });
  }

  static Map<String, String> of(Iterable<HttpHeader> headers) {
    Map<String, String> metadata = new HashMap<>();
    for (HttpHeader header : headers) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (name.startsWith(PREFIX)) {
        metadata.put(name.substring(PREFIX.length()), header.value());
      }
    }
    return metadata;
  }
}
