package dev.argus.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A client that means it: it sends its photo until it is accepted, and asks until it is answered.
 *
 * <p>What is refused for now (429, 503) or breaks before it knows the photo's id is sent again,
 * always with the same {@code Idempotency-Key}, so that it remains one job; from then on it asks
 * for the result by id. Safe for use by many threads; a call takes as long as the answer does.
 */
final class Client {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Above the 300 s for which Argus by default lets a client wait. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(330);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final long MAX_PAUSE_SECONDS = 5;
  private static final int ASK_AGAIN_ONE_IN = 4;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final URI images;
  private final String run;
  private final CountDownLatch enough;

  /**
   * @param url where Argus is
   * @param run goes into the keys of idempotency, so that they differ from those of other runs
   * @param enough when it is counted down, whoever has no answer gives up
   */
  Client(URI url, String run, CountDownLatch enough) {
    this.images = url.resolve("/v1/images");
    this.run = run;
    this.enough = enough;
  }

  /** Sends a photo; returns when it is answered, or when it is enough. */
  Sighting send(Shot shot) throws InterruptedException {
    return new Attempt(shot).run();
  }

  /** One photo on its way. */
  private final class Attempt {
    private final Shot shot;
    private final Set<String> ids = new HashSet<>();
    private int retries;
    private String trouble = "none";

    Attempt(Shot shot) {
      this.shot = shot;
    }

    Sighting run() throws InterruptedException {
      long begin = System.nanoTime();
      Result answer = untilAnswered(Optional.empty());
      Duration latency = Duration.ofNanos(System.nanoTime() - begin);
      List<Result> results = new ArrayList<>(List.of(answer));
      if (shot.number() % ASK_AGAIN_ONE_IN == 0) {
        idOf(answer).ifPresent(ids::add);
        if (idOf(answer).isPresent()) {
          results.add(untilAnswered(idOf(answer)));
        }
      }
      idOf(answer).ifPresent(ids::add);
      return new Sighting(shot.number(), ids, results, retries, latency);
    }

    private Result untilAnswered(Optional<String> known) throws InterruptedException {
      Optional<String> id = known;
      while (enough.getCount() > 0) {
        OptionalLong pause = OptionalLong.of(1);
        try {
          HttpResponse<String> response =
              http.send(
                  id.map(Client.this::question).orElseGet(this::upload), BodyHandlers.ofString());
          Optional<Result> result = result(response, id);
          if (result.isPresent()) {
            return result.get();
          }
          Optional<String> told = idIn(response);
          if (told.isPresent()) {
            ids.add(told.get());
            id = told;
          }
          pause = response.headers().firstValueAsLong("Retry-After");
          trouble = "status " + response.statusCode() + ": " + response.body();
          if (response.statusCode() != 202) {
            retries++;
          }
        } catch (IOException e) {
          retries++;
          trouble = e.toString();
        }
        enough.await(Math.min(MAX_PAUSE_SECONDS, pause.orElse(1)), TimeUnit.SECONDS);
      }
      return new Result.None(trouble);
    }

    private HttpRequest upload() {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(images)
              .timeout(ANSWER_TIMEOUT)
              .header("Idempotency-Key", run + "-" + shot.number());
      if (shot.async()) {
        request.header("Prefer", "respond-async");
      }
      if (shot.number() % 2 == 0) {
        return request
            .header("Content-Type", shot.contentType())
            .header("Content-Disposition", "attachment; filename=\"" + shot.name() + "\"")
            .POST(BodyPublishers.ofByteArray(shot.content().get()))
            .build();
      }
      String boundary = "chaos-" + run + "-" + shot.number();
      return request
          .header("Content-Type", "multipart/form-data; boundary=" + boundary)
          .POST(BodyPublishers.ofByteArray(form(shot, boundary)))
          .build();
    }
  }

  private HttpRequest question(String id) {
    return HttpRequest.newBuilder(URI.create(images + "/" + id))
        .timeout(ANSWER_TIMEOUT)
        .header("Prefer", "wait=20")
        .build();
  }

  /** What a response says for good; empty if the client has to ask or send again. */
  private static Optional<Result> result(HttpResponse<String> response, Optional<String> askedFor) {
    int status = response.statusCode();
    if (status == 202 || status == 429 || status == 503 || status == 504) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(response.body());
      String id = json.path("id").asText();
      String name = json.path("name").asText();
      if (status == 200 && json.path("status").asText().equals("recognised")) {
        return Optional.of(new Result.Recognised(id, name, json.path("label").asText()));
      }
      if (status == 200 && json.path("status").asText().equals("failed")) {
        return Optional.of(new Result.Failed(id, name, json.path("problem").path("type").asText()));
      }
      if (status >= 400 && !id.isEmpty()) {
        return Optional.of(new Result.Failed(id, name, json.path("type").asText()));
      }
      if (status >= 400 && status < 500 && askedFor.isEmpty()) {
        return Optional.of(new Result.Refused(status, json.path("title").asText()));
      }
    } catch (IOException e) {
      // not JSON: told below
    }
    return Optional.of(
        new Result.Odd(
            "status %d to %s: %s"
                .formatted(
                    status, askedFor.map(id -> "GET " + id).orElse("POST"), response.body())));
  }

  /** Not of a 503, which says only where the result would be if the photo should be accepted. */
  private static Optional<String> idIn(HttpResponse<String> response) {
    if (response.statusCode() == 503) {
      return Optional.empty();
    }
    return response
        .headers()
        .firstValue("Location")
        .map(location -> location.substring(location.lastIndexOf('/') + 1));
  }

  private static Optional<String> idOf(Result result) {
    if (result instanceof Result.Recognised recognised) {
      return Optional.of(recognised.id());
    }
    return result instanceof Result.Failed failed ? Optional.of(failed.id()) : Optional.empty();
  }

  private static byte[] form(Shot shot, String boundary) {
    byte[] photo = shot.content().get();
    ByteArrayOutputStream form = new ByteArrayOutputStream(photo.length + 512);
    form.writeBytes(
        ("--%s\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"%s\"\r\n"
                + "Content-Type: %s\r\n\r\n")
            .formatted(boundary, shot.name(), shot.contentType())
            .getBytes(StandardCharsets.UTF_8));
    form.writeBytes(photo);
    form.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return form.toByteArray();
  }
}
