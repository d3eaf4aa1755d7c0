package dev.argus.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a release holds, and that it runs without Maven and sources. */
class ReleaseIT {
  private static final Path PHOTO = Path.of("src/test/resources/photos/pizza.jpg");

  /** These lie in lib/unpacked. */
  private static final Set<String> UNPACKED = Set.of("onnxruntime", "opencv");

  @TempDir private static Path directory;
  private static Path home;

  @BeforeAll
  static void unpack() throws IOException {
    home = directory.resolve("argus");
    Release.unpack(home);
  }

  private static Set<String> files() throws IOException {
    try (Stream<Path> tree = Files.walk(home)) {
      return tree.filter(Files::isRegularFile)
          .map(file -> home.relativize(file).toString())
          .collect(Collectors.toSet());
    }
  }

  @Test
  void itHoldsAllThatANodeNeeds() throws IOException {
    assertThat(files())
        .contains(
            "LICENSE",
            "NOTICE",
            "conf/application.conf",
            "deploy/check-livez.sh",
            "deploy/copy-journal.sh",
            "deploy/install.sh",
            "deploy/signal-update.sh",
            "deploy/user-data.sh",
            "lib/argus.jar",
            "lib/unpacked/ai/onnxruntime/native/linux-x64/libonnxruntime.so",
            "lib/unpacked/nu/pattern/opencv/linux/x86_64/libopencv_java490.so",
            "scripts/app-tier.sh",
            "scripts/argus",
            "systemd/argus-.service.d/hardening.conf",
            "systemd/argus-journal.service",
            "systemd/argus-livez.service",
            "systemd/argus-livez.timer",
            "systemd/argus-web.service",
            "systemd/argus-worker.service")
        .noneMatch(file -> file.matches(".*\\.(dll|dylib|pdb)"))
        // nodes are x86_64
        .noneMatch(file -> file.matches(".*/(linux-aarch64|ARMv[78]|x86_32)/.*"));
  }

  @Test
  void itHoldsEveryLibraryOfItsBillOfMaterials() throws IOException {
    assumeTrue(
        Files.exists(home.resolve("argus-sbom.json")),
        "Maven makes the bill of materials online only: libraries are not compared with it");
    Set<String> libraries = files();
    JsonNode components =
        new ObjectMapper().readTree(home.resolve("argus-sbom.json").toFile()).get("components");
    assertThat(components).hasSizeGreaterThan(100);
    for (JsonNode component : components) {
      String name = component.get("name").asText();
      if (!UNPACKED.contains(name)) {
        String jar = "lib/" + name + "-" + component.get("version").asText();
        assertThat(libraries).as(jar).anyMatch(file -> file.startsWith(jar));
      }
    }
  }

  @Test
  void itsChecksumsAreThoseOfAllItsFiles() throws Exception {
    Map<String, String> told = new TreeMap<>();
    for (String line : Files.readAllLines(home.resolve("SHA256SUMS"))) {
      String[] parts = line.split(" {2}", 2);
      told.put(parts[1], parts[0]);
    }
    Map<String, String> found = new TreeMap<>();
    for (String file : files()) {
      byte[] content = Files.readAllBytes(home.resolve(file));
      found.put(
          file, HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    }
    found.remove("SHA256SUMS");
    assertThat(told).isEqualTo(found);
  }

  @Test
  void itsTimesAndModesAreNotThoseOfWhoeverBuiltIt() throws IOException {
    List<ZipArchiveEntry> entries = Release.entries();
    assertThat(entries.stream().map(ZipArchiveEntry::getTime).distinct()).hasSize(1);
    assertThat(entries)
        .allSatisfy(
            entry -> {
              boolean runs = entry.getName().endsWith(".sh") || entry.getName().endsWith("/argus");
              int mode = entry.isDirectory() || runs ? 0755 : 0644;
              assertThat(entry.getUnixMode() & 0777).as(entry.getName()).isEqualTo(mode);
            });
  }

  @Test
  void itRecognisesAPhotoAndUnpacksNothing() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));

    Shell.Ended ended =
        Shell.run(
            directory,
            Map.of("JAVA_OPTS", "-Djava.io.tmpdir=" + temporary),
            List.of(
                home.resolve("scripts/argus").toString(),
                "classify",
                PHOTO.toAbsolutePath().toString()));

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("pizza");
    try (Stream<Path> left = Files.walk(temporary)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void itSaysWhichVersionItIs() throws Exception {
    Shell.Ended ended =
        Shell.run(
            directory, Map.of(), List.of(home.resolve("scripts/argus").toString(), "--version"));

    assertThat(ended.out().strip() + ".zip")
        .isEqualTo(Release.zip().getFileName().toString().replace('-', ' '));
  }
}
