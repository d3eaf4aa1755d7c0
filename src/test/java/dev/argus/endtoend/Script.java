package dev.argus.endtoend;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code scripts/argus} with a command, as it was packaged, in an environment of its own. */
final class Script implements AutoCloseable {
  private static final long LONGEST_SECONDS = 180;

  private final Process process;
  private final Path out;
  private final Path err;

  private Script(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** What a command has said. */
  record Ended(int code, String out, String err) {}

  /**
   * Starts a command.
   *
   * @param directory where its output goes
   */
  static Script start(Path directory, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of("scripts/argus").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(directory, arguments[0] + "-", ".out");
    Path err = Files.createTempFile(directory, arguments[0] + "-", ".err");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.matches("(AWS|ARGUS)_.*"));
    builder.environment().put("ARGUS_BUILD", "never");
    builder.environment().put("ARGUS_JAR", Path.of("target/argus.jar").toAbsolutePath().toString());
    builder.environment().putAll(environment);
    Process process =
        builder
            .redirectInput(new File("/dev/null"))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new Script(process, out, err);
  }

  /** Runs a command to its end. */
  static Ended run(Path directory, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    try (Script script = start(directory, environment, arguments)) {
      if (!script.process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(arguments[0] + " does not end: " + script.err());
      }
      return new Ended(script.process.exitValue(), script.out(), script.err());
    }
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
