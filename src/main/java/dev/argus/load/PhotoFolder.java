package dev.argus.load;

import dev.argus.client.Photo;
import dev.argus.config.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The photos of a folder, in order of name. */
final class PhotoFolder {
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
              .filter(file -> Photo.isNamedLikeOne(name(file)) && Files.isRegularFile(file))
              .sorted()
              .toList();
      if (found.isEmpty()) {
        throw new InvalidSettingException(
            "load: expected photos ("
                + String.join(", ", Photo.extensions().stream().sorted().toList())
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
        photos.add(
            total <= maxKeptBytes
                ? Photo.of(name(file), Files.readAllBytes(file))
                : Photo.of(file));
      }
      return List.copyOf(photos);
    } catch (IOException e) {
      throw new InvalidSettingException("load: the folder of photos cannot be read: " + e, e);
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
