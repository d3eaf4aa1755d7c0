package dev.argus.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Passes connections on to a server and counts the requests in them by what they ask for: what
 * really reached the server, whoever sent it.
 */
final class Wiretap implements AutoCloseable {
  /** The actions of SQS's JSON protocol. */
  static final Pattern SQS_ACTION =
      Pattern.compile("\r\nx-amz-target: AmazonSQS\\.(\\w+)\r\n", Pattern.CASE_INSENSITIVE);

  /** Methods and buckets of S3 with its name in the path. */
  static final Pattern S3_REQUEST =
      Pattern.compile(
          "((?:GET|HEAD|PUT|POST|DELETE) /[a-z0-9-]+)(?:/\\S*|\\?\\S*)? HTTP/1\\.1\r\n");

  private static final int LONGEST_HEAD = 8192;

  private final URI target;
  private final Pattern request;
  private final ServerSocket listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> counts = new ConcurrentHashMap<>();

  /**
   * @param request finds a request; its first group is what it is counted under
   */
  Wiretap(URI target, Pattern request) throws IOException {
    this.target = target;
    this.request = request;
    threads.execute(this::accept);
  }

  /** Where clients find the server. */
  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + target.getRawPath());
  }

  Map<String, Long> counts() {
    return Map.copyOf(counts);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(target.getHost(), target.getPort());
        sockets.add(client);
        sockets.add(server);
        threads.execute(() -> pass(client, server, true));
        threads.execute(() -> pass(server, client, false));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void pass(Socket from, Socket to, boolean requests) {
    StringBuilder seen = new StringBuilder();
    byte[] buffer = new byte[16384];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (requests) {
          seen.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
          count(seen);
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // one of them has gone
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private void count(StringBuilder seen) {
    Matcher matcher = request.matcher(seen);
    int end = Math.max(0, seen.length() - LONGEST_HEAD);
    while (matcher.find()) {
      counts.merge(matcher.group(1), 1L, Long::sum);
      end = Math.max(end, matcher.end());
    }
    seen.delete(0, end);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
