package dev.argus.web;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client of a benchmark on one connection: it spends next to nothing, and holds nothing. */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final String LENGTH = "content-length:";

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  RawClient(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** A request, head and body. */
  static byte[] post(String path, String contentType, byte[] body, String... headers) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head(path, contentType, body.length, headers));
    request.writeBytes(body);
    return request.toByteArray();
  }

  /**
   * The head of a request.
   *
   * @param headers with their line ends
   */
  static byte[] head(String path, String contentType, int length, String... headers) {
    return ("POST "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
            + contentType
            + "\r\nContent-Length: "
            + length
            + "\r\n"
            + String.join("", headers)
            + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  void send(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /** Reads an answer of known length to its end. */
  String expectOk() throws IOException {
    String head = head();
    int at = head.toLowerCase(Locale.ROOT).indexOf(LENGTH) + LENGTH.length();
    int length = Integer.parseInt(head.substring(at, head.indexOf('\r', at)).strip());
    byte[] body = in.readNBytes(length);
    if (!head.startsWith("HTTP/1.1 2") || body.length < length || in.available() > 0) {
      throw new IOException(head + new String(body, StandardCharsets.UTF_8));
    }
    return head;
  }

  /** Reads the head of an answer. */
  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      head.append((char) read());
    }
    return head.toString();
  }

  /** Reads a line of the answer's body. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = read(); next != '\n'; next = read()) {
      line.append((char) next);
    }
    return line.toString();
  }

  private int read() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException("the server has closed the connection");
    }
    return next;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
