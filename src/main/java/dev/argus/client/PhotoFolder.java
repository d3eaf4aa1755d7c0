package dev.argus.client;

import dev.argus.config.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.pekko.stream.javadsl.FileIO;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** The photos of a folder, in order of name. */
final class PhotoFolder {
  private static final Map<String, String> TYPES =
      Map.of(
          "jpg", "image/jpeg",
          "jpeg", "image/jpeg",
          "png", "image/png",
          "webp", "image/webp",
          "gif", "image/gif",
          "bmp", "image/bmp",
          "tif", "image/tiff",
          "tiff", "image/tiff");

  private PhotoFolder() {}

  /**
   * Finds the files that are named like photos; all are read now if they fit in {@code
   * maxKeptBytes} together, else each is streamed from disk whenever it is sent.
   *
   * @throws InvalidSettingException if the folder cannot be read or holds no photo
   */
  static List<Photo> read(Path folder, long maxKeptBytes) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files
              .filter(file -> TYPES.containsKey(extension(file)) && Files.isRegularFile(file))
              .sorted()
              .toList();
      if (found.isEmpty()) {
        throw new InvalidSettingException(
            "load: expected photos ("
                + String.join(", ", TYPES.keySet().stream().sorted().toList())
                + ") in "
                + folder
                + ", found none");
      }
      long total = 0;
      for (Path file : found) {
        total += Files.size(file);
      }
      List<Photo> photos = new ArrayList<>();
      for (Path file : found) {
        photos.add(photo(file, total <= maxKeptBytes));
      }
      return List.copyOf(photos);
    } catch (IOException e) {
      throw new InvalidSettingException("load: the folder of photos cannot be read: " + e, e);
    }
  }

  private static Photo photo(Path file, boolean keep) throws IOException {
    Source<ByteString, ?> content =
        keep
            ? Source.single(ByteString.fromArrayUnsafe(Files.readAllBytes(file)))
            : FileIO.fromPath(file);
    String name = file.getFileName().toString();
    return new Photo(name, TYPES.get(extension(file)), Files.size(file), content);
  }

  private static String extension(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
