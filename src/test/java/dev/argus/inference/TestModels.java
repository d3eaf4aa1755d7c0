package dev.argus.inference;

import dev.argus.config.ArgusSettings;
import dev.argus.config.ImageSettings;
import dev.argus.config.ModelSettings;
import java.util.Map;

/** The settings that tests load models with. */
final class TestModels {
  static final ImageSettings LIMITS = ArgusSettings.load(Map.of()).image();

  private TestModels() {}

  static ModelSettings builtin(int parallelism) {
    return settings(ModelSettings.BUILTIN, "", "", 224, parallelism);
  }

  static ModelSettings settings(
      String uri, String sha256, String labels, int inputSize, int parallelism) {
    ModelSettings defaults = ArgusSettings.load(Map.of()).model();
    return new ModelSettings(
        uri,
        sha256,
        labels,
        "",
        inputSize,
        defaults.mean(),
        defaults.scale(),
        defaults.topK(),
        parallelism);
  }
}
