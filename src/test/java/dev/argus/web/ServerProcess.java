package dev.argus.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The server of a benchmark in a process of its own, with the JVM flags of {@code argus web}, so
 * that what its clients cost is not counted.
 *
 * <p>It ends when its standard input does, and so with the process that started it.
 */
final class ServerProcess implements AutoCloseable {
  /** What a server keeps in memory, in bytes: on the heap after a collection, and beside it. */
  record Memory(long heap, long direct) {}

  private static final String MEMORY = "memory";

  private final Process process;
  private final BufferedReader answers;
  private final int port;

  /**
   * Starts a server and waits until it listens.
   *
   * @param main calls {@link #serve}
   */
  ServerProcess(Class<?> main, List<String> jvmFlags, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("-Xmx1g");
    command.addAll(jvmFlags);
    Collections.addAll(command, "-cp", System.getProperty("java.class.path"), main.getName());
    Collections.addAll(command, args);
    Path log = Files.createTempFile("argus-benchmark", ".log");
    log.toFile().deleteOnExit();
    process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    answers =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    String first = answers.readLine();
    if (first == null) {
      throw new IOException(main.getName() + " did not start: " + Files.readString(log));
    }
    port = Integer.parseInt(first);
  }

  /** The part of the server itself: says where it listens, and answers questions to the end. */
  static void serve(int port) throws IOException {
    System.out.println(port);
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    while (MEMORY.equals(questions.readLine())) {
      for (int i = 0; i < 3; i++) {
        System.gc(); // what is cleaned after one collection goes with the next
      }
      long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      long direct =
          ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
              .mapToLong(BufferPoolMXBean::getMemoryUsed)
              .sum();
      System.out.println(heap + " " + direct);
    }
    System.exit(0);
  }

  int port() {
    return port;
  }

  /** CPU time of the whole process so far, garbage collection and compilation included. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** What the process has of the machine's memory, as Linux counts it. */
  long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .sum();
  }

  /** Measured after a garbage collection. */
  Memory memory() throws IOException {
    process.getOutputStream().write((MEMORY + "\n").getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
    String[] bytes = answers.readLine().split(" ");
    return new Memory(Long.parseLong(bytes[0]), Long.parseLong(bytes[1]));
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
