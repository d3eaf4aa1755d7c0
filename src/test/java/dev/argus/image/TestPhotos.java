package dev.argus.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The photos of the test resources, and the labels that count as right for each. */
public final class TestPhotos {
  private TestPhotos() {}

  /** The bytes of a photo, such as {@code cat.jpg}. */
  public static byte[] bytes(String name) {
    try (InputStream in = TestPhotos.class.getResourceAsStream("/photos/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Right labels by photo, as the table in {@code photos/SOURCES.md} gives them. */
  public static Map<String, Set<String>> rightLabels() {
    Map<String, Set<String>> labels = new LinkedHashMap<>();
    String table = new String(bytes("SOURCES.md"), StandardCharsets.UTF_8);
    for (String line : table.lines().filter(it -> it.startsWith("| `")).toList()) {
      String[] cells = line.split("\\|");
      String name = cells[1].strip().replace("`", "");
      labels.put(name, new TreeSet<>(Arrays.asList(cells[6].strip().split(", "))));
    }
    return labels;
  }
}
