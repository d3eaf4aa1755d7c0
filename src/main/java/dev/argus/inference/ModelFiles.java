package dev.argus.inference;

import dev.argus.config.ModelSettings;
import dev.argus.image.UnpackedFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Where a model lies, checked.
 *
 * @param name the model's name, as results give it
 * @param onnx the network
 * @param labels one for each class, in the order of the network's output
 */
record ModelFiles(String name, Path onnx, List<String> labels) {
  static final String BUILTIN_NAME = "efficientnet-lite0";

  private static final String ONNX = "model.onnx";
  private static final String LABELS = "labels.txt";

  ModelFiles {
    labels = List.copyOf(labels);
  }

  /**
   * Finds the model that the settings name.
   *
   * @throws ModelException if a file cannot be read or is not the one whose checksum is set
   */
  static ModelFiles find(ModelSettings settings, UnpackedFiles unpacked) {
    boolean builtin = settings.uri().equals(ModelSettings.BUILTIN);
    Path onnx = builtin ? builtin(unpacked) : checked(settings);
    String name = settings.name();
    if (name.isEmpty()) {
      name = builtin ? BUILTIN_NAME : onnx.getFileName().toString().replaceFirst("\\.onnx$", "");
    }
    return new ModelFiles(name, onnx, labels(settings));
  }

  private static Path builtin(UnpackedFiles unpacked) {
    return unpacked.directoryOf(resource(ONNX)).resolve(ONNX);
  }

  private static Path checked(ModelSettings settings) {
    Path file;
    try {
      file = Path.of(URI.create(settings.uri()));
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          "argus.model.uri: expected file:///PATH of an ONNX file, found " + settings.uri(), e);
    }
    String found = sha256(file);
    if (!found.equals(settings.sha256())) {
      throw new ModelException(
          "%s: expected the SHA-256 of argus.model.sha256, %s, found %s: fetch the file again, or set its checksum if it is the right one"
              .formatted(file, settings.sha256(), found));
    }
    return file;
  }

  private static String sha256(Path file) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new ModelException("Cannot read the model that argus.model.uri names: " + e, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static List<String> labels(ModelSettings settings) {
    try {
      if (!settings.labels().isEmpty()) {
        return Files.readAllLines(Path.of(settings.labels()));
      }
      try (InputStream in = resource(LABELS).openStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      }
    } catch (IOException e) {
      throw new ModelException("Cannot read the labels that argus.model.labels names: " + e, e);
    }
  }

  private static URL resource(String file) {
    URL resource = ModelFiles.class.getResource(BUILTIN_NAME + "/" + file);
    if (resource == null) {
      throw new ModelException(
          "The program holds no " + file + ": build it again with scripts/convert-model.py");
    }
    return resource;
  }
}
