package dev.argus.localaws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file of {@code export NAME=value} lines that a POSIX shell can source; only its owner may read
 * it.
 */
final class EnvironmentFile implements AutoCloseable {
  private static final Pattern LINE = Pattern.compile("export (\\w+)=(.*)");

  private final Path file;

  private EnvironmentFile(Path file) {
    this.file = file;
  }

  /** Writes it so that a reader sees all of it or none. */
  static EnvironmentFile write(Path file, Map<String, String> variables) {
    String lines =
        new TreeMap<>(variables)
            .entrySet().stream()
                .map(e -> "export " + e.getKey() + "=" + quoted(e.getValue()) + "\n")
                .collect(Collectors.joining());
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(draft);
      Files.createFile(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(draft, lines, StandardOpenOption.WRITE);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
    return new EnvironmentFile(file);
  }

  /** Reads what {@link #write} has written; empty if there is no such file. */
  static Optional<Map<String, String>> read(Path file) {
    Map<String, String> variables = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          variables.put(matcher.group(1), unquoted(matcher.group(2)));
        }
      }
      return Optional.of(variables);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** Removes it: what it says is not true any more. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + file, e);
    }
  }

  private static String unquoted(String value) {
    return value.startsWith("'")
        ? value.substring(1, value.length() - 1).replace("'\\''", "'")
        : value;
  }

  private static String quoted(String value) {
    return value.matches("[A-Za-z0-9_@%+=:,./-]*")
        ? value
        : "'" + value.replace("'", "'\\''") + "'";
  }
}
