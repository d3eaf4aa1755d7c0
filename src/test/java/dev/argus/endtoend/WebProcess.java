package dev.argus.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code scripts/argus web} as a process, on a free port. */
final class WebProcess implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Pattern READY = Pattern.compile("Argus is ready at (http://\\S+)");
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private static final int CLIENTS = 16;
  private static final int TAIL_LINES = 40;

  private final Process process;
  private final Path out;
  private URI url;

  /**
   * Starts it as it was packaged, and does not wait until it is ready.
   *
   * @param logs where its output goes
   * @param environment beside what {@link #programs} says
   */
  WebProcess(String name, Path logs, Map<String, String> environment) throws IOException {
    out = logs.resolve(name + ".out");
    ProcessBuilder builder =
        new ProcessBuilder(Path.of("scripts/argus").toAbsolutePath().toString(), "web");
    builder.environment().clear();
    builder.environment().putAll(programs());
    builder.environment().putAll(environment);
    builder.environment().put("ARGUS_WEB_PORT", "0");
    builder.redirectErrorStream(true).redirectOutput(out.toFile());
    process = builder.start();
  }

  /** Waits until it is ready; before that it has no address. */
  void awaitReady() throws IOException {
    await().atMost(START).until(() -> readyAt().isPresent() || !process.isAlive());
    Optional<URI> ready = readyAt();
    if (ready.isEmpty()) {
      throw new AssertionError("it ended at once: " + log());
    }
    url = ready.get();
  }

  /** Where programs and Argus are, for whatever process runs it. */
  static Map<String, String> programs() {
    Map<String, String> programs = new HashMap<>();
    for (String name : new String[] {"PATH", "HOME", "JAVA_HOME", "TMPDIR"}) {
      Optional.ofNullable(System.getenv(name)).ifPresent(value -> programs.put(name, value));
    }
    programs.put("ARGUS_HOME", Path.of("").toAbsolutePath().toString());
    programs.put("ARGUS_BUILD", "never");
    programs.put("ARGUS_JAR", Path.of("target/argus.jar").toAbsolutePath().toString());
    return programs;
  }

  private Optional<URI> readyAt() throws IOException {
    Matcher matcher = READY.matcher(log());
    return matcher.find() ? Optional.of(URI.create(matcher.group(1))) : Optional.empty();
  }

  String log() throws IOException {
    return Files.readString(out);
  }

  /** The end of its log, for a failure that has to be explained. */
  String tail() throws IOException {
    List<String> lines = log().lines().toList();
    String end =
        String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    return "%n--- %s, %s:%n%s"
        .formatted(out.getFileName(), process.isAlive() ? "running" : "ended", end);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(url.resolve(path)).timeout(ANSWER).build(), BodyHandlers.ofString());
  }

  /** Uploads a photo and does not wait for its answer. */
  HttpResponse<String> upload(Path photo) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(url.resolve("/v1/images"))
            .timeout(ANSWER)
            .header("Content-Type", "image/jpeg")
            .header("Prefer", "respond-async")
            .POST(BodyPublishers.ofFile(photo))
            .build(),
        BodyHandlers.ofString());
  }

  /** Uploads a photo without waiting for its answer; the id under which that will be. */
  String accepted(Path photo) throws IOException, InterruptedException {
    HttpResponse<String> response = upload(photo);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    return id(response);
  }

  /**
   * Uploads photos in turn to web nodes in turn, as several clients do side by side.
   *
   * @return the ids
   */
  static List<String> upload(List<WebProcess> nodes, List<Path> photos, int count)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<String>> ids = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        WebProcess node = nodes.get(i % nodes.size());
        Path photo = photos.get(i % photos.size());
        ids.add(threads.submit(() -> node.accepted(photo)));
      }
      List<String> accepted = new ArrayList<>();
      for (Future<String> id : ids) {
        accepted.add(id.get());
      }
      assertThat(Set.copyOf(accepted)).hasSize(count);
      return accepted;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Uploads a photo and waits for its answer, for as long as the web node lets it. */
  CompletableFuture<HttpResponse<String>> uploadAndWait(Path photo) throws IOException {
    return HTTP.sendAsync(
        HttpRequest.newBuilder(url.resolve("/v1/images"))
            .timeout(ANSWER)
            .header("Content-Type", "image/jpeg")
            .POST(BodyPublishers.ofFile(photo))
            .build(),
        BodyHandlers.ofString());
  }

  /** The id in an answer about one photo. */
  static String id(HttpResponse<String> response) throws IOException {
    return new ObjectMapper().readTree(response.body()).get("id").asText();
  }

  /** Whether the photo of this id, which was accepted, has its answer, which must be a good one. */
  boolean hasRecognised(String id) throws IOException, InterruptedException {
    HttpResponse<String> response = get("/v1/images/" + id);
    assertThat(response.statusCode()).as("photo %s: %s", id, response.body()).isIn(200, 202);
    if (response.statusCode() == 202) {
      return false;
    }
    assertThat(response.body()).contains("\"recognised\"");
    return true;
  }

  /** A metric without labels. */
  double metric(String name) throws IOException, InterruptedException {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("expected " + name + " in /metrics"));
  }

  /** kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
      kill();
      throw new AssertionError("argus web did not stop within " + STOP);
    }
  }
}
