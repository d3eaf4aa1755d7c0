package dev.argus.image;

import java.net.URL;
import java.nio.file.Path;
import java.util.Locale;
import nu.pattern.OpenCV;
import org.opencv.core.Core;

/** Loads OpenCV's native half into this process; further calls are cheap and change nothing. */
final class OpenCvLibrary {
  private OpenCvLibrary() {}

  static void load() {
    String name = System.mapLibraryName(Core.NATIVE_LIBRARY_NAME);
    URL library = OpenCV.class.getResource("opencv/" + platform() + "/" + name);
    if (library == null) {
      // A platform not known here: the library's own loader may know it, or say why not.
      OpenCV.loadLocally();
    } else {
      // That loader unpacks 65 MB at every start and leaves them behind when killed.
      Path file = UnpackedFiles.ofThisUser().directoryOf(library).resolve(name);
      System.load(file.toAbsolutePath().toString());
    }
    // One photo uses one core: the classifier works on as many photos as there are cores.
    Core.setNumThreads(1);
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = os.contains("linux") ? "linux" : os.contains("mac") ? "osx" : "windows";
    String architecture =
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "ARMv8";
          default -> "unknown";
        };
    return system + "/" + architecture;
  }
}
