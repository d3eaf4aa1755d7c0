package dev.argus.localaws;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request as it arrived.
 *
 * @param path still percent-encoded
 * @param query still percent-encoded; empty for none
 * @param headers values by name in small letters
 */
record HttpCall(
    String method, String path, String query, Map<String, List<String>> headers, byte[] body) {

  /**
   * Reads a request with a body up to a limit.
   *
   * @throws Ec2Exception when the body is larger
   */
  static HttpCall read(HttpExchange exchange, int maxBodyBytes) {
    byte[] body;
    try {
      body = exchange.getRequestBody().readNBytes(maxBodyBytes + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (body.length > maxBodyBytes) {
      throw new Ec2Exception(
          413, "RequestEntityTooLarge", "A request has at most " + maxBodyBytes + " bytes");
    }
    Map<String, List<String>> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    String query = exchange.getRequestURI().getRawQuery();
    return new HttpCall(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getRawPath(),
        query == null ? "" : query,
        headers,
        body);
  }

  /** The first value of a header; empty for none. */
  String header(String name) {
    List<String> values = headers.get(name);
    return values == null || values.isEmpty() ? "" : values.get(0);
  }
}
