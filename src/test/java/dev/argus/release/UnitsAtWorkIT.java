package dev.argus.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.endtoend.LocalArgus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The units at work: a systemd runs both kinds of node within all the limits that they set. */
class UnitsAtWorkIT {
  private static final Path PHOTO = Path.of("src/test/resources/photos/pizza.jpg");
  private static final Pattern READY = Pattern.compile("Argus is ready at (http://\\S+)");
  private static final Duration LONG = Duration.ofSeconds(180);

  /** A web node beside the app node, so that one machine shows both units. */
  private static final String WEB_TOO =
      """

      cat >> /etc/argus/argus.env <<END
      ARGUS_WEB_PORT=0
      ARGUS_SCALING_ENABLED=false
      ARGUS_NAMES_RESPONSE_QUEUE=argus-responses-machine
      END
      systemctl start argus-web.service
      """;

  @TempDir private Path directory;

  @Test
  @Timeout(600)
  void bothNodesRecogniseAPhotoAndAFailureSwitchesTheMachineOff() throws Exception {
    BootedMachine machine =
        new BootedMachine(
            Files.createDirectory(directory.resolve("machine")),
            Files.createDirectory(directory.resolve("outside")));
    Path userData = machine.userData(Release.sha256(), WEB_TOO);
    try (LocalArgus argus =
        new LocalArgus(
            directory.resolve("data"),
            1,
            Map.of(
                "ARGUS_EC2_USER_DATA_SCRIPT",
                userData.toString(),
                "ARGUS_SCALING_BOOT_TIMEOUT",
                "4m",
                // The app node waits for the web node beside it, however late that is ready.
                "ARGUS_WORKER_IDLE_LIMIT",
                "4m"))) {
      assertThat(recognised(argus.url(), machine)).contains("\"label\":\"pizza\"");

      await().atMost(LONG).until(() -> READY.matcher(machine.journal()).find());
      Matcher ready = READY.matcher(machine.journal());
      assertThat(ready.find()).isTrue();
      assertThat(recognised(URI.create(ready.group(1)), machine)).contains("\"label\":\"pizza\"");

      // What the agent would ship.
      Path shipped = machine.file("/var/log/argus/journal.log");
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(shipped)
                      .content()
                      .contains("argus: install: done: worker", "is done: recognised")
                      .contains("is answered by "));

      argus.appNodeProcesses().forEach(ProcessHandle::destroyForcibly);
      await().atMost(LONG).until(() -> argus.appNodes().isEmpty());
    }
    assertThat(machine.journal())
        .contains("argus-worker.service: Failed with result 'signal'")
        .contains("argus-web.service: Deactivated successfully")
        .contains("argus-journal.service: Deactivated successfully")
        .contains("Reached target poweroff.target");
  }

  private static String recognised(URI url, BootedMachine machine)
      throws IOException, InterruptedException {
    HttpRequest upload =
        HttpRequest.newBuilder(url.resolve("/v1/images"))
            .timeout(LONG)
            .header("Content-Type", "image/jpeg")
            .POST(BodyPublishers.ofFile(PHOTO))
            .build();
    try {
      return HttpClient.newHttpClient().send(upload, BodyHandlers.ofString()).body();
    } catch (HttpTimeoutException e) {
      throw new AssertionError("no answer; the machine says:\n" + machine.journal(), e);
    }
  }
}
