package dev.argus.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.ports.Classifier;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.ports.QueueCounts;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import dev.argus.simulation.InMemoryCluster;
import dev.argus.simulation.InMemoryCluster.AppNode;
import dev.argus.simulation.InMemoryCluster.WebNode;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.ScriptedClassifier;
import dev.argus.simulation.SettableClock;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.util.ByteString;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One photo through a cluster of one web node and one app node, of which one may die on the way and
 * is replaced.
 *
 * <p>The network sees something else each time it looks, so that a second answer would show.
 */
final class CrashRun implements AutoCloseable {
  /** How the photo comes, and what becomes of it if nothing dies. */
  enum Scenario {
    UPLOAD,
    LARGE_UPLOAD,
    /** Sent with a key, and sent again after the death. */
    KEYED_UPLOAD,
    BAD_PHOTO,
    /** Received twice before; it is worked on alone. */
    SUSPECT,
    /** Accepted, and in no message: its sender died before. */
    ORPHAN,
    /** It has had all of its attempts. */
    GIVEN_UP,
    DEAD_LETTER,
    /** Given up before, and sent again by an operator. */
    SENT_AGAIN;

    boolean isUploaded() {
      return this == UPLOAD || this == LARGE_UPLOAD || this == KEYED_UPLOAD || this == BAD_PHOTO;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(CrashRun.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ByteString PHOTO = ByteString.fromArray(TinyPhoto.png());
  private static final Duration LONG = Duration.ofMinutes(10); // leases and grace are over then
  private static final Duration PATIENCE = Duration.ofSeconds(60); // noisy machines
  private static final int LEASES = 4;

  private final Scenario scenario;
  private final Optional<CrashPoint> crash;
  private final SettableClock clock;
  private final InMemoryCluster cluster;
  private final Journal journal = new Journal();
  private final Mortal web;
  private final Mortal app;
  private final AtomicInteger looks = new AtomicInteger();
  private final List<WebNode> webNodes = new ArrayList<>();
  private final Map<Mortal, ActorSystem<?>> systems = new HashMap<>();
  private Optional<CompletableFuture<HttpResponse<String>>> upload = Optional.empty();
  private Optional<String> again = Optional.empty();

  CrashRun(Scenario scenario, Optional<CrashPoint> crash) {
    this.scenario = scenario;
    this.crash = crash;
    // Ids carry the real time, by which the sweep goes.
    this.clock = new SettableClock(Instant.now());
    this.web = new Mortal("web", crash);
    this.app = new Mortal("app", crash);
    this.cluster =
        new InMemoryCluster(
            clock,
            Map.of(
                "ARGUS_WEB_SWEEP_INTERVAL", "20ms",
                "ARGUS_WEB_SWEEP_GRACE", "2m",
                "ARGUS_WEB_INLINE_LIMIT", scenario == Scenario.LARGE_UPLOAD ? "1B" : "48KiB"));
  }

  /** Every call of the two processes, each name as often as it was made. */
  List<String> calls() {
    List<String> all = new ArrayList<>(web.calls());
    all.addAll(app.calls());
    return all;
  }

  /** Runs to the end without a crash. */
  CrashRun undisturbed() {
    begin();
    upload.ifPresent(CompletableFuture::join);
    await().atMost(PATIENCE).until(this::isSettled);
    assertThat(accepted()).as(scenario + " must be accepted if nothing dies").hasSize(1);
    return this;
  }

  /**
   * Runs until a process has died, replaces it, and runs on to the end.
   *
   * <p>How often a call is repeated may depend on how fast the machine is. A process that ends its
   * work without the repetition that it should die of lives, and its answer must be right too.
   */
  CrashRun withItsCrash() {
    begin();
    await("the crash point is reached")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> web.isDead() || app.isDead() || isDoneWithoutItsCrash());
    if (web.spare() & app.spare()) {
      return this;
    }
    // Until then a message may be handed to it, which its lease would hide from the others.
    systems
        .get(web.isDead() ? web : app)
        .getWhenTerminated()
        .toCompletableFuture()
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .join();
    clock.advance(LONG);
    if (web.isDead()) {
      startWeb(new Mortal("web", Optional.empty()));
    } else {
      startApp("i-2", new Mortal("app", Optional.empty()));
    }
    if (scenario == Scenario.KEYED_UPLOAD) {
      again = Optional.of(upload().join().body());
    }
    settle();
    return this;
  }

  /**
   * Waits until all is answered. What the process that lives received just before the time jumped
   * it may receive a second time; the delete of the first is then stale, and if nobody looks at the
   * second, it comes again when that lease is over: time goes on for that.
   */
  private void settle() {
    for (int leases = 1; leases < LEASES && !settlesWithin(PATIENCE.dividedBy(LEASES)); leases++) {
      LOG.warn("{}, {}: after a lease there is still {}", scenario, crash, unsettled());
      clock.advance(LONG);
    }
    await("all is answered")
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO) // it mostly is: a tenth of a second for each of hundreds of runs
        .untilAsserted(() -> assertThat(unsettled()).isEmpty());
  }

  private boolean settlesWithin(Duration time) {
    try {
      await().atMost(time).pollInterval(Duration.ofMillis(5)).until(this::isSettled);
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  private boolean isDoneWithoutItsCrash() {
    return crash.filter(point -> point.occurrence() > 1).isPresent()
        && upload.map(CompletableFuture::isDone).orElse(true)
        && isSettled();
  }

  private void begin() {
    prepare();
    startWeb(web);
    startApp("i-1", app);
    if (scenario.isUploaded()) {
      upload = Optional.of(upload());
    }
  }

  private CompletableFuture<HttpResponse<String>> upload() {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(newest().uri("/v1/images"))
            .header("Content-Type", "image/png")
            .timeout(PATIENCE)
            .POST(BodyPublishers.ofByteArray(PHOTO.toArrayUnsafe()));
    if (scenario == Scenario.KEYED_UPLOAD) {
      request.header("Idempotency-Key", "a-key");
    }
    return HTTP.sendAsync(request.build(), BodyHandlers.ofString());
  }

  private WebNode newest() {
    return webNodes.get(webNodes.size() - 1);
  }

  private void prepare() {
    if (scenario.isUploaded()) {
      return;
    }
    PhotoId id = PhotoId.random();
    cluster.store.put(
        Bucket.INPUT, ObjectKeys.photo(id), new StoredObject(PHOTO, "image/png", Map.of()));
    var request =
        Codec.encode(
            new ClassifyRequest(
                id,
                "cat.png",
                "image/png",
                "responses",
                clock.instant(),
                Optional.empty(),
                new ClassifyRequest.Inline(PHOTO)));
    switch (scenario) {
      case SUSPECT -> cluster.requests.sendReceived(request, 2);
      case GIVEN_UP -> {
        cluster.store.put(
            Bucket.STATE,
            ObjectKeys.attempts(id),
            new StoredObject(ByteString.fromString("3"), "text/plain", Map.of()));
        cluster.requests.sendReceived(request, 5);
      }
      case DEAD_LETTER -> cluster.deadLetters.send(request);
      case SENT_AGAIN -> {
        ClassifyReply gaveUp =
            new ClassifyReply.Failed(id, "cat.png", Problem.Kind.DEAD_LETTERED.because("it died"));
        cluster.store.put(
            Bucket.OUTPUT,
            ObjectKeys.result(id),
            new StoredObject(
                ByteString.fromString(Codec.toJson(gaveUp)), "application/json", Map.of()));
        cluster.requests.send(request);
      }
      default -> clock.advance(LONG); // an orphan is older than the grace
    }
  }

  private void startWeb(Mortal process) {
    WebNode node = cluster.startWeb(process.seeing(cluster.surroundings(), journal));
    webNodes.add(node);
    systems.put(process, node.system());
    process.death().thenRun(node.system()::terminate);
  }

  private void startApp(String id, Mortal process) {
    AppNode node =
        cluster.startApp(id, process.seeing(cluster.surroundings(), journal), classifier());
    systems.put(process, node.system());
    process.death().thenRun(node.system()::terminate);
  }

  private Classifier classifier() {
    return new ScriptedClassifier(
        photo -> {
          String seen = "look " + looks.incrementAndGet();
          return scenario == Scenario.BAD_PHOTO
              ? CompletableFuture.failedFuture(
                  new PhotoException(Problem.Kind.UNDECODABLE.because(seen)))
              : CompletableFuture.completedFuture(ScriptedClassifier.seen(seen));
        });
  }

  private boolean isSettled() {
    return unsettled().isEmpty();
  }

  /** What is still to come until the run has ended, in words. */
  private List<String> unsettled() {
    List<String> all = new ArrayList<>();
    if (results().size() != accepted().size()) {
      all.add(results().size() + " results of " + accepted().size() + " photos");
    }
    unsettled("request", cluster.requests).ifPresent(all::add);
    unsettled("response", cluster.responses).ifPresent(all::add);
    unsettled("dead letter", cluster.deadLetters).ifPresent(all::add);
    int waiting = newest().tier().waiting();
    if (waiting > 0) {
      all.add(waiting + " clients waiting");
    }
    return all;
  }

  private static Optional<String> unsettled(String name, InMemoryQueue queue) {
    QueueCounts counts = queue.counts().toCompletableFuture().join();
    return counts.isEmpty() ? Optional.empty() : Optional.of(name + " messages: " + counts);
  }

  /** The ids of the photos accepted: none or one. */
  List<String> accepted() {
    return cluster.store.keys(Bucket.INPUT);
  }

  /** The keys of the results there are. */
  List<String> results() {
    return cluster.store.keys(Bucket.OUTPUT);
  }

  /** Whether the web node that took the photo lives, so that its client must hear from it. */
  boolean clientIsConnected() {
    return upload.isPresent() && !web.isDead();
  }

  /** Every answer that anybody could see: at the upload, in the bucket, and asked for by id. */
  List<String> visibleAnswers() throws IOException, InterruptedException {
    List<String> all = new ArrayList<>();
    if (clientIsConnected()) {
      all.add(answer(JSON.readTree(upload.orElseThrow().join().body())));
    } else if (upload.isPresent()
        && upload.get().isDone()
        && !upload.get().isCompletedExceptionally()) {
      HttpResponse<String> last = upload.get().join();
      if (last.statusCode() == 200) {
        all.add(answer(JSON.readTree(last.body()))); // it got through before the end
      }
    }
    if (again.isPresent()) {
      all.add(answer(JSON.readTree(again.get())));
    }
    for (String result : journal.results()) {
      all.add(answer(JSON.readTree(result)));
    }
    for (String id : accepted()) {
      HttpRequest asked = HttpRequest.newBuilder(newest().uri("/v1/images/" + id)).build();
      all.add(answer(JSON.readTree(HTTP.send(asked, BodyHandlers.ofString()).body())));
    }
    return all;
  }

  /** The label, or what was wrong. */
  private static String answer(JsonNode json) {
    JsonNode problem = json.path("problem");
    return json.path("label").asText("")
        + problem.path("detail").asText("")
        + json.path("detail").asText("");
  }

  int deadLettersSent() {
    return cluster.deadLetters.sent().size();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
