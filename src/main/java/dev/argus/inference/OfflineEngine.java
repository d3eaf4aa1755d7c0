package dev.argus.inference;

import ai.djl.Device;
import ai.djl.Model;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.argus.image.UnpackedFiles;
import java.net.URL;
import java.util.Locale;

/**
 * DJL with ONNX Runtime, set up before its first class loads: nothing is fetched and nothing told.
 *
 * <p>Both libraries take these settings from system properties only, so they hold for the whole
 * process. One that is set already stays, but for those that keep DJL from calling home.
 */
final class OfflineEngine {
  private static final String ENGINE = "OnnxRuntime";

  /** Where ONNX Runtime looks for its native half before it unpacks one of its own. */
  private static final String NATIVE_PATH = "onnxruntime.native.path";

  private OfflineEngine() {}

  /** An empty model on the CPU. */
  static Model newModel(String name, UnpackedFiles unpacked) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    // No pools of threads that a predictor of one thread would never use.
    setDefault("ai.djl.onnxruntime.num_threads", "1");
    setDefault("ai.djl.onnxruntime.num_interop_threads", "1");
    if (System.getProperty(NATIVE_PATH) == null) {
      useUnpackedLibraries(unpacked);
    }
    Model model = Model.newInstance(name, Device.cpu(), ENGINE);
    try {
      // Microsoft's builds for Windows send events unless told not to.
      OrtEnvironment.getEnvironment().setTelemetry(false);
    } catch (OrtException e) {
      model.close();
      throw new ModelException("ONNX Runtime's telemetry cannot be switched off", e);
    }
    return model;
  }

  private static void useUnpackedLibraries(UnpackedFiles unpacked) {
    URL runtime = library("onnxruntime");
    URL binding = library("onnxruntime4j_jni");
    // On a platform not known here ONNX Runtime unpacks by itself, or says why it cannot.
    if (runtime != null && binding != null) {
      System.setProperty(NATIVE_PATH, unpacked.directoryOf(runtime, binding).toString());
    }
  }

  private static URL library(String name) {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = os.contains("linux") ? "linux" : os.contains("mac") ? "osx" : "win";
    String architecture =
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> "x64";
          case "aarch64", "arm64" -> "aarch64";
          default -> "unknown";
        };
    return OrtEnvironment.class.getResource(
        "native/%s-%s/%s".formatted(system, architecture, System.mapLibraryName(name)));
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
