package dev.argus.web;

import dev.argus.config.ArgusSettings;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;

/** A web tier on a free port, with queues and buckets in memory and no app nodes. */
final class TestTier implements AutoCloseable {
  final InMemoryQueue requests = new InMemoryQueue(InstantSource.system());
  final InMemoryQueue responses = new InMemoryQueue(InstantSource.system());
  final InMemoryObjectStore store = new InMemoryObjectStore();
  volatile Optional<String> trouble = Optional.empty();
  private final ActorTestKit kit;
  private final WebTier tier;

  /**
   * @param settings names of settings below {@code ARGUS_WEB_}, each followed by its value
   * @throws dev.argus.config.InvalidSettingException as the web tier itself
   */
  TestTier(String... settings) {
    Map<String, String> environment = new HashMap<>(Map.of("ARGUS_WEB_PORT", "0"));
    for (int i = 0; i < settings.length; i += 2) {
      environment.put("ARGUS_WEB_" + settings[i], settings[i + 1]);
    }
    ArgusSettings loaded = ArgusSettings.load(environment);
    kit = ActorTestKit.create(loaded.config());
    try {
      tier =
          WebTier.start(
                  kit.system(),
                  loaded,
                  new Admission(loaded.web().admission()),
                  InMemoryWeb.dependencies(
                      requests,
                      responses,
                      store,
                      InMemoryWeb.scaling(() -> {}, () -> Duration.ZERO, () -> trouble),
                      InstantSource.system()))
              .toCompletableFuture()
              .join();
    } catch (RuntimeException e) {
      kit.shutdownTestKit();
      throw e;
    }
  }

  int port() {
    return tier.address().getPort();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /** Sends a request as it is, but for line ends, and returns all that comes back. */
  String raw(String head, String body) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port())) {
      String request =
          head.strip().replace("\n", "\r\n")
              + "\r\nConnection: close\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    tier.stop().toCompletableFuture().join();
    kit.shutdownTestKit();
  }
}
