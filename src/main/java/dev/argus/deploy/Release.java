package dev.argus.deploy;

import dev.argus.config.InvalidSettingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * What nodes install: a zip that {@code mvn package} makes.
 *
 * @param sha256 of the file, in hex
 * @param hasBillOfMaterials whether it says of what it was made; Maven finds that out online only
 */
record Release(Path file, String version, String sha256, long size, boolean hasBillOfMaterials) {
  private static final Pattern NAME = Pattern.compile("argus-([A-Za-z0-9._-]+)\\.zip");
  private static final String JAR = "lib/argus.jar";
  private static final int HASH_IN_KEY = 12;
  // S3 takes no more in one put.
  private static final long MAX_SIZE = 5L * 1024 * 1024 * 1024;

  /** Where it lies in the release bucket: another release, another key. */
  String key() {
    return "releases/argus-%s-%s.zip".formatted(version, sha256.substring(0, HASH_IN_KEY));
  }

  /** The checksum as S3 wants it. */
  String sha256InBase64() {
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256));
  }

  /**
   * Reads one.
   *
   * @throws InvalidSettingException if the file is none, with what to do
   */
  static Release read(Path file) throws IOException {
    Matcher name = NAME.matcher(file.getFileName().toString());
    if (!Files.isRegularFile(file) || !name.matches()) {
      throw new InvalidSettingException(
          "there is no release at "
              + file
              + ": make it with mvn package, or name one with --release .../argus-VERSION.zip");
    }
    boolean hasBillOfMaterials;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      hasBillOfMaterials = zip.getEntry("argus-sbom.json") != null;
      if (zip.getEntry("SHA256SUMS") == null || zip.getEntry("deploy/argus.yaml") == null) {
        throw new InvalidSettingException(
            file + ": expected a release of Argus, with SHA256SUMS and deploy/argus.yaml in it");
      }
    } catch (ZipException e) {
      throw new InvalidSettingException(file + " is no zip file: " + e.getMessage(), e);
    }
    long size = Files.size(file);
    if (size > MAX_SIZE) {
      throw new InvalidSettingException(
          file + ": expected at most 5 GiB (S3 takes no more at once), found " + size + " bytes");
    }
    return new Release(file, name.group(1), digest(file), size, hasBillOfMaterials);
  }

  /**
   * Checks that it was made from the same build as a jar: builds of the same sources have the same
   * bytes.
   *
   * @throws InvalidSettingException if it was not, with what to do
   */
  void requireJar(Path jar) throws IOException {
    CRC32 crc = new CRC32();
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream in = new CheckedInputStream(Files.newInputStream(jar), crc)) {
      in.transferTo(OutputStream.nullOutputStream());
      ZipEntry entry = zip.getEntry(JAR);
      if (entry == null || entry.getCrc() != crc.getValue()) {
        throw new InvalidSettingException(
            file
                + " was not made from what runs here: make it anew with mvn package, or name one with"
                + " --release");
      }
    }
  }

  private static String digest(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, sha256).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(sha256.digest());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
