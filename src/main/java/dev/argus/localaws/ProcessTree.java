package dev.argus.localaws;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program and all that it starts, ended together.
 *
 * <p>Where {@code setsid} exists the program leads a process group of its own: signals reach all
 * its members, also those whose parent is gone, and a Ctrl-C in our terminal reaches none.
 * Elsewhere the children that can be seen are signalled one by one.
 */
final class ProcessTree {
  private static final long SIGNAL_LIMIT_SECONDS = 5;

  private final Process leader;
  private final boolean ownGroup;
  private final List<ProcessHandle> members = new ArrayList<>();

  private ProcessTree(Process leader, boolean ownGroup) {
    this.leader = leader;
    this.ownGroup = ownGroup;
  }

  /**
   * Starts a program.
   *
   * @param environment the whole of it: nothing is inherited
   * @param log takes standard output and error, after what it holds
   */
  static ProcessTree start(
      List<String> command, Map<String, String> environment, Path directory, Path log)
      throws IOException {
    Optional<Path> setsid = onPath("setsid");
    List<String> whole = new ArrayList<>();
    setsid.ifPresent(s -> whole.add(s.toString()));
    whole.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(whole)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new ProcessTree(builder.start(), setsid.isPresent());
  }

  /** The exit code of the program itself, once it has ended; its children may still run. */
  CompletableFuture<Integer> exit() {
    return leader.onExit().thenApply(Process::exitValue);
  }

  /**
   * Asks all to end (SIGTERM).
   *
   * @return done when all that were there have ended, however long they take
   */
  synchronized CompletableFuture<Void> terminate() {
    remember();
    if (ownGroup) {
      signalGroup("TERM");
    } else {
      members.forEach(ProcessHandle::destroy);
    }
    return CompletableFuture.allOf(
        members.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
  }

  /** Ends all that is left (SIGKILL). */
  synchronized void kill() {
    remember();
    if (ownGroup) {
      signalGroup("KILL");
    }
    members.forEach(ProcessHandle::destroyForcibly);
  }

  /** Must be called while parents live: what has lost its parent is not found any more. */
  private void remember() {
    leader.descendants().filter(d -> !members.contains(d)).forEach(members::add);
    if (!members.contains(leader.toHandle())) {
      members.add(leader.toHandle());
    }
  }

  private void signalGroup(String signal) {
    // Java signals single processes only. An empty group is none to fail for.
    try {
      Process kill =
          new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " -- -" + leader.pid())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!kill.waitFor(SIGNAL_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        kill.destroyForcibly();
      }
    } catch (IOException e) {
      members.forEach(
          signal.equals("KILL") ? ProcessHandle::destroyForcibly : ProcessHandle::destroy);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<Path> onPath(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
    return Arrays.stream(path.split(":"))
        .filter(p -> !p.isEmpty())
        .map(p -> Path.of(p, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
