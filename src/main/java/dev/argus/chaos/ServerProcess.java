package dev.argus.chaos;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A server that runs as a process, and can be killed and started again on the same port.
 *
 * <p>Thread-safe: one thing at a time is done to it.
 */
final class ServerProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final int POLL_MILLIS = 50;
  private static final int CONNECT_MILLIS = 1_000;

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private final int port;
  private Process process;

  /**
   * @param environment the whole of it: nothing is inherited
   * @param log takes standard output and error, of all of its lives
   * @param port where it serves on loopback once it is ready
   */
  ServerProcess(
      String name, List<String> command, Map<String, String> environment, Path log, int port) {
    this.name = name;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.log = log;
    this.port = port;
  }

  String name() {
    return name;
  }

  /**
   * Starts it unless it runs, and waits until it serves; one that ends before that is restarted.
   */
  synchronized void start() throws InterruptedException {
    long end = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!serves()) {
      if (process == null || !process.isAlive()) {
        process = launch();
      }
      process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            name + " did not serve on port " + port + " within " + START_TIMEOUT + "; see " + log);
      }
    }
  }

  /** Ends it at once, by SIGKILL. */
  synchronized void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  /** Ends it in order, by SIGTERM; by SIGKILL if that takes too long. */
  @Override
  public synchronized void close() throws InterruptedException {
    if (process == null) {
      return;
    }
    process.destroy();
    if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
      throw new IllegalStateException(
          name + " did not stop within " + STOP_TIMEOUT + " and was killed; see " + log);
    }
  }

  private Process launch() {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.directory(new File(log.getParent().toString()));
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  private boolean serves() {
    if (process == null || !process.isAlive()) {
      return false;
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
