package dev.argus.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that are stopped and started again. */
final class FreePort {
  /**
   * Below the range from which systems take the ports of outgoing connections: one of those must
   * not sit on a server's port while it is stopped.
   */
  private static final int FIRST = 12_000;

  private static final int LAST = 30_000;
  private static final int ATTEMPTS = 100;

  private FreePort() {}

  /** A port of loopback that is free now. */
  static int find() throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // the next one, then
      }
    }
    throw new IOException("no port from " + FIRST + " to " + LAST + " seems to be free");
  }
}
