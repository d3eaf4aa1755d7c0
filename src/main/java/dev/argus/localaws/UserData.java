package dev.argus.localaws;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The script that an instance runs when it boots.
 *
 * <p>As with cloud-init it must start with {@code #!}; other user data is only there to be read.
 */
final class UserData {
  private final byte[] bytes;

  UserData(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean isScript() {
    return bytes.length > 2 && bytes[0] == '#' && bytes[1] == '!';
  }

  /**
   * Writes the script down, for its owner only: it may hold secrets.
   *
   * @return the command that runs it
   */
  List<String> install(Path file) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.write(file, bytes, StandardOpenOption.WRITE);
    // Run by its interpreter rather than by its name: that also works on a disk mounted noexec, and
    // cannot fail with "text file busy" when another thread starts a process at this moment.
    List<String> command = new ArrayList<>(interpreter());
    command.add(file.toAbsolutePath().toString());
    return command;
  }

  /** As the kernel reads it: a program and at most one argument, blanks and all. */
  private List<String> interpreter() {
    String line = new String(bytes, StandardCharsets.UTF_8).lines().findFirst().orElse("");
    return List.of(line.substring(2).strip().split("\\s+", 2));
  }
}
