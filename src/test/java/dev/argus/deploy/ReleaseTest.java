package dev.argus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseTest {
  @TempDir private Path directory;

  private Path zip(String name, String... entries) throws IOException {
    Path file = directory.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        out.putNextEntry(new ZipEntry(entry));
      }
    }
    return file;
  }

  @Test
  void itsKeyHasItsVersionAndItsChecksum() throws Exception {
    Release release = Release.read(zip("argus-1.2.3.zip", "SHA256SUMS", "deploy/argus.yaml"));
    assertThat(release.version()).isEqualTo("1.2.3");
    assertThat(release.sha256()).matches("[0-9a-f]{64}");
    assertThat(release.key())
        .isEqualTo("releases/argus-1.2.3-" + release.sha256().substring(0, 12) + ".zip");
    assertThat(release.sha256InBase64()).hasSize(44);
  }

  @Test
  void oneThatWasMadeFromAnotherBuildIsRefused() throws Exception {
    Path jar = Files.writeString(directory.resolve("argus.jar"), "classes");
    Path other = Files.writeString(directory.resolve("other.jar"), "other classes");
    Path file = directory.resolve("argus-3.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : List.of("SHA256SUMS", "deploy/argus.yaml")) {
        out.putNextEntry(new ZipEntry(entry));
      }
      out.putNextEntry(new ZipEntry("lib/argus.jar"));
      out.write(Files.readAllBytes(jar));
    }
    Release release = Release.read(file);
    release.requireJar(jar);
    assertThatThrownBy(() -> release.requireJar(other))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("mvn package");
  }

  @Test
  void whatIsNoReleaseIsSaidToBeNone() throws Exception {
    assertThatThrownBy(() -> Release.read(directory.resolve("argus-1.2.3.zip")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("mvn package");
    Path other = zip("other.zip", "SHA256SUMS");
    assertThatThrownBy(() -> Release.read(other)).hasMessageContaining("no release");
    Path empty = zip("argus-1.zip", "a");
    assertThatThrownBy(() -> Release.read(empty)).hasMessageContaining("SHA256SUMS");
    Path text = Files.writeString(directory.resolve("argus-2.zip"), "text");
    assertThatThrownBy(() -> Release.read(text)).hasMessageContaining("no zip file");
  }
}
