package dev.argus.web;

/** File names from users are data: cleaned once, at the door, and never used as a path. */
final class FileNames {
  /** The longest name that common file systems take. */
  private static final int MAX_LENGTH = 255;

  private static final String DEFAULT = "photo";

  private FileNames() {}

  /** A file name as it was before it was put into a form: browsers escape these three. */
  static String fromForm(String name) {
    return name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
  }

  /** The last segment of a name, without control characters and of bounded length. */
  static String sanitise(String name) {
    int start = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1;
    StringBuilder clean = new StringBuilder();
    name.substring(start)
        .codePoints()
        .filter(FileNames::isPrintable)
        .limit(MAX_LENGTH)
        .forEach(clean::appendCodePoint);
    String result = clean.toString().strip();
    return result.isEmpty() || result.chars().allMatch(c -> c == '.') ? DEFAULT : result;
  }

  /** The name without its extension: {@code test_00} of {@code test_00.jpg}. */
  static String withoutExtension(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** Neither SQS nor XML takes control characters, half surrogates or non-characters. */
  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
