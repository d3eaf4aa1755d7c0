package dev.argus.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** HTTP without a library between: any bytes as a request, on a connection of its own. */
final class RawHttp {
  private static final Duration TIME_LIMIT = Duration.ofSeconds(60); // noisy machines

  private RawHttp() {}

  /** The first answer on the connection. */
  record Response(int status, String headers, String body) {}

  /** Empty if the connection was closed without an answer; fails if it is left open. */
  static Optional<Response> send(InetSocketAddress server, byte[] request) throws IOException {
    return send(server, request, false);
  }

  /** The same from a client that then says that it sends no more, whatever it announced. */
  static Optional<Response> sendAll(InetSocketAddress server, byte[] request) throws IOException {
    return send(server, request, true);
  }

  private static Optional<Response> send(
      InetSocketAddress server, byte[] request, boolean halfClose) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.getPort())) {
      socket.setSoTimeout((int) TIME_LIMIT.toMillis());
      try {
        socket.getOutputStream().write(request);
        if (halfClose) {
          socket.shutdownOutput();
        }
      } catch (SocketException closed) {
        // A server that refuses early may close before all is sent; its answer counts all the same.
      }
      return parse(read(socket.getInputStream()));
    }
  }

  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      in.transferTo(bytes);
    } catch (SocketException reset) {
      // What came before it counts.
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static Optional<Response> parse(String response) {
    int end = response.indexOf("\r\n\r\n");
    if (end < 0) {
      return Optional.empty();
    }
    int status = Integer.parseInt(response.substring(9, 12));
    return Optional.of(
        new Response(status, response.substring(0, end), response.substring(end + 4)));
  }
}
