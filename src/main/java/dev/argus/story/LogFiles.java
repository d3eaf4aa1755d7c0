package dev.argus.story;

import dev.argus.protocol.PhotoId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The logs of {@code argus local} in its data directory: {@code web.log} and the one before it, and
 * those of app nodes, {@code instances/<id>.log}.
 */
public final class LogFiles implements PhotoLogs {
  /** The web node's log; full ones are called {@code web.log.1} and so on. */
  public static final String WEB = "web.log";

  private static final String NODES = "instances";
  private static final String SUFFIX = ".log";

  private final Path data;

  public LogFiles(Path data) {
    this.data = data;
  }

  @Override
  public List<StoryEvent> of(PhotoId id) throws IOException {
    List<StoryEvent> found = new ArrayList<>();
    for (Path file : files(data, WEB)) {
      read(file, "web", id, found);
    }
    for (Path file : files(data.resolve(NODES), "i-")) {
      String name = file.getFileName().toString();
      if (name.endsWith(SUFFIX)) {
        read(file, name.substring(0, name.length() - SUFFIX.length()), id, found);
      }
    }
    return found;
  }

  private static List<Path> files(Path directory, String prefix) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.getFileName().toString().startsWith(prefix)).sorted().toList();
    }
  }

  private static void read(Path file, String node, PhotoId id, List<StoryEvent> found)
      throws IOException {
    String needle = id.toString();
    try (BufferedReader lines =
        new BufferedReader(
            // What is no UTF-8 must not end the search.
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine();
          line != null && found.size() < MAX_LINES;
          line = lines.readLine()) {
        if (line.contains(needle)) {
          LogLine.read(line, id, node, Optional.empty()).ifPresent(found::add);
        }
      }
    }
  }
}
