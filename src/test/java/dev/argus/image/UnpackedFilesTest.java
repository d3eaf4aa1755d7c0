package dev.argus.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedFilesTest {
  @TempDir Path temporary;

  @Test
  void unpacksWhatLiesInAJarOnceAndForAll() throws IOException {
    Path root = temporary.resolve("root");
    URL one = inJar("a/one.txt", "one");
    UnpackedFiles files = new UnpackedFiles(root);

    Path first = files.directoryOf(one).resolve("one.txt");
    var written = Files.getLastModifiedTime(first);
    Path second = new UnpackedFiles(root).directoryOf(one).resolve("one.txt");

    assertThat(first).isEqualTo(second).hasContent("one");
    assertThat(Files.getLastModifiedTime(second)).isEqualTo(written);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
        .isEqualTo("rwx------");
    try (Stream<Path> left = Files.walk(root)) {
      assertThat(left.filter(Files::isRegularFile)).hasSize(1);
    }
  }

  @Test
  void anotherVersionOfAFileGoesElsewhere() throws IOException {
    UnpackedFiles files = new UnpackedFiles(temporary.resolve("root"));

    Path old = files.directoryOf(inJar("one.txt", "old")).resolve("one.txt");
    Path current = files.directoryOf(inJar("one.txt", "new")).resolve("one.txt");

    assertThat(old).hasContent("old");
    assertThat(current).hasContent("new");
  }

  @Test
  void aFileCutShortIsUnpackedAgain() throws IOException {
    UnpackedFiles files = new UnpackedFiles(temporary.resolve("root"));
    URL one = inJar("one.txt", "one");
    Path file = files.directoryOf(one).resolve("one.txt");
    Files.writeString(file, "o");

    assertThat(files.directoryOf(one).resolve("one.txt")).hasContent("one");
  }

  @Test
  void aRootThatOthersMayEnterIsNotUsed() throws IOException {
    Path root = Files.createDirectory(temporary.resolve("open"));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));

    Path directory = new UnpackedFiles(root).directoryOf(inJar("one.txt", "one"));

    assertThat(directory).doesNotHaveToString(root.toString()).isNotNull();
    assertThat(directory.startsWith(root)).isFalse();
    assertThat(directory.resolve("one.txt")).hasContent("one");
  }

  @Test
  void aPlainFileIsUsedWhereItIs() throws IOException {
    Path file = Files.writeString(temporary.resolve("plain.txt"), "plain");

    Path directory = new UnpackedFiles(temporary.resolve("root")).directoryOf(file.toUri().toURL());

    assertThat(directory).isEqualTo(temporary);
    assertThat(temporary.resolve("root")).doesNotExist();
  }

  private URL inJar(String name, String content) throws IOException {
    Path jar = Files.createTempFile(temporary, "test", ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return URI.create("jar:" + jar.toUri() + "!/" + name).toURL();
  }
}
