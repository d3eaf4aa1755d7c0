package dev.argus.release;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The release that Maven has just packaged. */
final class Release {
  private static final int EXECUTABLE = 0111;

  private Release() {}

  static Path zip() {
    return Path.of(System.getProperty("argus.release"));
  }

  /** Its SHA-256, in hex. */
  static String sha256() throws IOException, NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(zip())));
  }

  /** What is in it, in its order. */
  static List<ZipArchiveEntry> entries() throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(zip()).get()) {
      return Collections.list(zip.getEntries());
    }
  }

  /** Unpacks it as unzip does, modes included. */
  static void unpack(Path directory) throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(zip()).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        Path file = directory.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
          continue;
        }
        Files.createDirectories(file.getParent());
        try (InputStream content = zip.getInputStream(entry)) {
          Files.copy(content, file);
        }
        if ((entry.getUnixMode() & EXECUTABLE) != 0 && !file.toFile().setExecutable(true)) {
          throw new IOException("cannot make " + file + " executable");
        }
      }
    }
  }
}
