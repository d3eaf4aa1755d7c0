package dev.argus.config;

import com.typesafe.config.Config;
import java.util.List;

/**
 * The network that recognises photos; {@code argus.model}.
 *
 * @param uri {@code builtin}, or a {@code file:} URI of an ONNX classifier
 * @param sha256 the model file's checksum in hex; empty for the builtin model
 * @param labels the path of a text file with one label a line; empty for the builtin model's own
 * @param name the model's name in results; empty for the builtin model's own
 * @param inputSize side of the square input, in pixels
 * @param mean subtracted from each of red, green and blue (0 to 255)
 * @param scale what the difference is divided by
 * @param topK predictions in a result
 * @param parallelism photos at once, one thread each; never 0 here (0 in the file: one per core)
 */
public record ModelSettings(
    String uri,
    String sha256,
    String labels,
    String name,
    int inputSize,
    List<Double> mean,
    List<Double> scale,
    int topK,
    int parallelism) {

  /** The {@link #uri} of the network that is part of the program. */
  public static final String BUILTIN = "builtin";

  public ModelSettings {
    mean = List.copyOf(mean);
    scale = List.copyOf(scale);
    if (!uri.equals(BUILTIN)) {
      Checks.matches("model.uri", uri, "file:.+");
      Checks.matches("model.sha256", sha256, "[0-9a-f]{64}");
    }
    Checks.within("model.input-size", inputSize, 16, 2048);
    Checks.within("model.mean", mean.size(), 3, 3);
    Checks.within("model.scale", scale.size(), 3, 3);
    scale.forEach(s -> Checks.within("model.scale", s, Double.MIN_VALUE, 1e6));
    Checks.within("model.top-k", topK, 1, 1000);
    Checks.within("model.parallelism", parallelism, 1, 1024);
  }

  static ModelSettings from(Config c) {
    int parallelism = c.getInt("parallelism");
    return new ModelSettings(
        c.getString("uri"),
        c.getString("sha256"),
        c.getString("labels"),
        c.getString("name"),
        c.getInt("input-size"),
        c.getDoubleList("mean"),
        c.getDoubleList("scale"),
        c.getInt("top-k"),
        parallelism == 0 ? Runtime.getRuntime().availableProcessors() : parallelism);
  }
}
