package dev.argus.chaos;

import dev.argus.config.InvalidSettingException;
import dev.argus.load.ExpectedLabels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The photos of a run: the same for the same seed and folder. */
final class Shots {
  /** A photo beyond this is sent less often, lest the disk fills with copies of it. */
  private static final int LARGE_BYTES = 1 << 20;

  private static final int LARGE_ONE_IN = 20;

  private record Sample(String file, byte[] bytes, List<String> right) {}

  private final long seed;
  private final List<Sample> samples = new ArrayList<>();

  /**
   * Reads the photos that a file of right labels names.
   *
   * @throws InvalidSettingException if something cannot be read
   */
  Shots(Path images, Path expected, long seed) {
    this.seed = seed;
    ExpectedLabels labels = ExpectedLabels.read(expected);
    try {
      for (String file : labels.photos()) {
        samples.add(new Sample(file, Files.readAllBytes(images.resolve(file)), labels.of(file)));
      }
    } catch (IOException e) {
      throw new InvalidSettingException("chaos: a photo cannot be read: " + e, e);
    }
    if (samples.isEmpty()) {
      throw new InvalidSettingException("chaos: " + expected + " names no photo");
    }
  }

  /** The photo of that number. */
  Shot get(int number) {
    Random random = new Random(seed * 1_000_003L + number);
    // The client sends the second kind as a form, since no header can carry the name.
    String name = (number % 2 == 0 ? "chaos-%06d" : "chäos-%06d").formatted(number);
    boolean async = random.nextInt(5) == 0;
    Sample sample = draw(random);
    return switch (random.nextInt(60)) {
      case 0 ->
          new Shot(
              number, name + ".txt", "image/jpeg", () -> text("not a photo"), async, List.of());
      case 1 -> new Shot(number, name + ".jpg", "image/jpeg", () -> new byte[0], async, List.of());
      case 2 ->
          new Shot(
              number,
              name + extension(sample),
              type(sample),
              // Enough for the header, which the web tier reads, and not for the photo.
              () -> Arrays.copyOf(sample.bytes(), sample.bytes().length / 3),
              async,
              List.of());
      default ->
          new Shot(
              number,
              name + extension(sample),
              type(sample),
              // Decoders do not look beyond the end of the picture.
              () -> concat(sample.bytes(), text(name)),
              async,
              sample.right());
    };
  }

  private Sample draw(Random random) {
    while (true) {
      Sample sample = samples.get(random.nextInt(samples.size()));
      if (sample.bytes().length <= LARGE_BYTES
          || random.nextInt(LARGE_ONE_IN) == 0
          || samples.size() == 1) {
        return sample;
      }
    }
  }

  private static String extension(Sample sample) {
    return sample.file().substring(Math.max(0, sample.file().lastIndexOf('.')));
  }

  private static String type(Sample sample) {
    return extension(sample).equals(".png") ? "image/png" : "image/jpeg";
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream(first.length + second.length);
    whole.writeBytes(first);
    whole.writeBytes(second);
    return whole.toByteArray();
  }
}
