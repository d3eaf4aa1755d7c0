package dev.argus.load;

import dev.argus.config.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The labels that count as right, by file name.
 *
 * <p>Read from a text file in UTF-8 with one photo a line: the file name, a comma (or a tab), and
 * the right labels with {@code |} between them. Space around each is ignored, so is the case of
 * labels; lines that are blank or start with {@code #} are comments.
 *
 * <pre>
 * # file,labels
 * cat.jpg,tabby|tiger cat|Egyptian cat
 * dog.jpg,beagle
 * </pre>
 */
public final class ExpectedLabels {
  /** How an answer was judged; {@code UNKNOWN} when the file says nothing about the photo. */
  enum Verdict {
    RIGHT,
    WRONG,
    UNKNOWN
  }

  private final Map<String, List<String>> labels;

  private ExpectedLabels(Map<String, List<String>> labels) {
    this.labels = labels;
  }

  /** Nothing is known: every answer is {@code UNKNOWN}. */
  static ExpectedLabels none() {
    return new ExpectedLabels(Map.of());
  }

  /**
   * Reads a file.
   *
   * @throws InvalidSettingException if it cannot be read; names the line that is wrong
   */
  public static ExpectedLabels read(Path file) {
    try {
      return parse(Files.readAllLines(file), file.toString());
    } catch (IOException e) {
      throw new InvalidSettingException("the expected labels cannot be read: " + e, e);
    }
  }

  static ExpectedLabels parse(List<String> lines, String source) {
    Map<String, List<String>> labels = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String where = source + ", line " + (i + 1) + ": ";
      // File names may hold commas; labels hold neither commas nor tabs.
      int comma = Math.max(line.lastIndexOf(','), line.lastIndexOf('\t'));
      List<String> right =
          Stream.of(line.substring(comma + 1).split("\\|"))
              .map(String::strip)
              .filter(label -> !label.isEmpty())
              .toList();
      if (comma < 1 || right.isEmpty()) {
        throw new InvalidSettingException(
            where + "expected FILE,LABEL|LABEL, found \"" + line + "\"");
      }
      if (labels.put(line.substring(0, comma).strip(), right) != null) {
        throw new InvalidSettingException(where + "the photo was already named further up");
      }
    }
    return new ExpectedLabels(labels);
  }

  /** The photos of which something is known, in order of name. */
  public List<String> photos() {
    return labels.keySet().stream().sorted().toList();
  }

  /** The labels that are right for a photo; empty if nothing is known. */
  public List<String> of(String photo) {
    return labels.getOrDefault(photo, List.of());
  }

  Verdict judge(String photo, String label) {
    List<String> right = of(photo);
    if (right.isEmpty()) {
      return Verdict.UNKNOWN;
    }
    return right.stream().anyMatch(label.strip()::equalsIgnoreCase) ? Verdict.RIGHT : Verdict.WRONG;
  }
}
