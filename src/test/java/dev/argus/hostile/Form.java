package dev.argus.hostile;

import java.nio.charset.StandardCharsets;

/** Writes the body of a multipart form byte by byte, well-formed or not. */
final class Form {
  private final String boundary;
  private byte[] body = new byte[0];

  Form(String boundary) {
    this.boundary = boundary;
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  /** A part with a file, its names as they are: quotes and line ends are the caller's concern. */
  Form file(String field, String name, byte[] content) {
    return part(
        "Content-Disposition: form-data; name=\"%s\"; filename=\"%s\"".formatted(field, name),
        content);
  }

  /** A part with these header lines. */
  Form part(String headers, byte[] content) {
    return raw(
        Bytes.concat(
            ("--" + boundary + "\r\n" + headers + "\r\n\r\n").getBytes(StandardCharsets.UTF_8),
            content,
            Bytes.latin1("\r\n")));
  }

  Form raw(byte[] more) {
    body = Bytes.concat(body, more);
    return this;
  }

  /** The body with its last boundary. */
  byte[] closed() {
    return Bytes.concat(body, Bytes.latin1("--" + boundary + "--\r\n"));
  }

  /** The body without its last boundary. */
  byte[] open() {
    return body;
  }
}
