package dev.argus.load;

import static dev.argus.client.FakeArgus.now;
import static dev.argus.client.FakeArgus.problem;
import static dev.argus.client.FakeArgus.recognised;
import static dev.argus.client.FakeArgus.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.typesafe.config.ConfigFactory;
import dev.argus.client.FakeArgus;
import dev.argus.config.InvalidSettingException;
import dev.argus.config.Secret;
import dev.argus.load.LoadReport.Checks;
import dev.argus.load.LoadReport.Mistake;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import dev.argus.traffic.Arrivals;
import dev.argus.traffic.Bursts;
import dev.argus.traffic.Poisson;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.pattern.Patterns;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadGeneratorTest {
  private static ActorTestKit kit;

  @TempDir Path folder;
  private FakeArgus argus;

  @BeforeAll
  static void startSystem() {
    kit = ActorTestKit.create(ConfigFactory.load());
  }

  @AfterAll
  static void stopSystem() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void writePhotos() throws IOException {
    Files.writeString(folder.resolve("a.jpg"), "first photo");
    Files.writeString(folder.resolve("b.PNG"), "second");
    Files.writeString(folder.resolve("c.webp"), "third one");
    Files.writeString(folder.resolve("notes.md"), "not a photo");
    Files.createDirectory(folder.resolve("folder.jpg"));
  }

  @AfterEach
  void stopServer() {
    if (argus != null) {
      argus.close();
    }
  }

  @Test
  void photosGoRoundInOrderOfNameAndAreCountedByStatus() {
    serve(
        (name, time) ->
            now(
                name.equals("b.PNG")
                    ? problem(Problem.Kind.UNDECODABLE)
                    : recognised(name, "tabby")));
    LoadReport report = run(settings(7, 1));

    assertThat(argus.names())
        .containsExactly("a.jpg", "b.PNG", "c.webp", "a.jpg", "b.PNG", "c.webp", "a.jpg");
    assertThat(report.statuses()).containsExactly(entry(200, 5), entry(422, 2));
    assertThat(report.failures()).containsExactly(entry("422 The photo cannot be decoded", 2));
    assertThat(report.answered()).isEqualTo(5);
    assertThat(report.failed()).isEqualTo(2);
    assertThat(report.bytesSent()).isEqualTo(3 * 11 + 2 * 6 + 2 * 9);
    assertThat(report.checks()).isEqualTo(new Checks(0, 0, 5, 0, 0));
    assertThat(report.ok()).isFalse();
  }

  @Test
  void everyUploadCarriesTheTokenAndTheReportDoesNot() {
    serve((name, time) -> now(recognised(name, "tabby")));
    LoadReport report = run(settings(3, 1).withToken(new Secret("load-token-0123456789")));
    assertThat(argus.headers("authorization"))
        .hasSize(3)
        .containsOnly("Bearer load-token-0123456789");
    assertThat(report.toJson() + report.toText() + report).doesNotContain("load-token");
  }

  @Test
  void withoutATokenNoneIsSent() {
    serve((name, time) -> now(recognised(name, "tabby")));
    assertThat(run(settings(1, 1)).ok()).isTrue();
    assertThat(argus.headers("authorization")).isEmpty();
  }

  @Test
  void aRefusedPhotoIsSentAgainAndItsRetriesAreCounted() {
    serve((name, time) -> now(time == 1 ? refused(503, 0) : recognised(name, "tabby")));
    LoadReport report = run(settings(3, 3));

    assertThat(report.statuses()).containsExactly(entry(200, 3));
    assertThat(report.retries()).isEqualTo(3);
    assertThat(report.bytesSent()).isEqualTo(2 * (11 + 6 + 9));
    assertThat(report.ok()).isTrue();
  }

  @Test
  void aPhotoThatIsAlwaysRefusedIsGivenUpAfterTheRetries() {
    serve((name, time) -> now(refused(429, 0)));
    LoadReport report = run(settings(2, 1).withRetries(4, Duration.ofSeconds(1)));

    assertThat(argus.names()).hasSize(10);
    assertThat(report.retries()).isEqualTo(8);
    assertThat(report.statuses()).containsExactly(entry(429, 2));
    assertThat(report.failures()).containsExactly(entry("429 Argus is at its limit", 2));
    // Eight waits of the one second that a refusal without Retry-After is worth would take longer.
    assertThat(report.elapsed()).isLessThan(Duration.ofSeconds(8));
  }

  @Test
  void aRefusedPhotoWaitsAsLongAsItIsTold() {
    serve((name, time) -> now(time == 1 ? refused(503, 2) : recognised(name, "tabby")));
    assertThat(run(settings(1, 1)).latency().max()).isGreaterThan(Duration.ofMillis(1990));
  }

  @Test
  void aLongRetryAfterIsCutToTheLongestWait() {
    serve((name, time) -> now(time == 1 ? refused(503, 3600) : recognised(name, "tabby")));
    LoadReport report = run(settings(1, 1).withRetries(1, Duration.ofMillis(50)));

    assertThat(report.ok()).isTrue();
    assertThat(report.latency().max()).isGreaterThanOrEqualTo(Duration.ofMillis(50));
  }

  @Test
  void answersAreJudgedByTheExpectedLabels() throws IOException {
    Path expected = folder.resolve("expected.csv");
    Files.writeString(expected, "a.jpg,tabby|tiger cat\nb.PNG,beagle|Walker hound\n");
    serve((name, time) -> now(recognised(name, "Tiger cat")));
    LoadReport report = run(settings(6, 2).withExpected(expected));

    assertThat(report.checks()).isEqualTo(new Checks(2, 2, 2, 0, 0));
    assertThat(report.mistakes())
        .containsOnly(new Mistake("b.PNG", List.of("beagle", "Walker hound"), "Tiger cat"));
    assertThat(report.ok()).isFalse();
  }

  @Test
  void anAnswerAboutAnotherPhotoIsNoticed() {
    PhotoId id = PhotoId.random();
    serve((name, time) -> now(recognised(id, "a.jpg", "tabby")));
    LoadReport report = run(settings(3, 1));

    assertThat(report.checks().misnamed()).isEqualTo(2);
    assertThat(report.checks().duplicates()).isEqualTo(2);
    assertThat(report.ok()).isFalse();
  }

  @Test
  void noMorePhotosAreUnderWayThanTheConcurrencyAndNoFewer() {
    // Answers come late, so that every further request would be seen beside the open ones.
    serve(
        (name, time) ->
            Patterns.after(
                Duration.ofMillis(60), kit.system(), () -> now(recognised(name, "tabby"))));
    LoadReport report = run(settings(20, 5));

    assertThat(report.answered()).isEqualTo(20);
    assertThat(argus.mostOpen()).isEqualTo(5);
  }

  @Test
  void aHundredAtOnceGetThroughThePool() {
    serve((name, time) -> now(recognised(name, "tabby")));
    LoadReport report = run(settings(300, 100));
    assertThat(report.answered()).as(report.toText()).isEqualTo(300);
    assertThat(report.checks().duplicates()).isZero();
  }

  @Test
  void aRefusedConnectionIsACountedFailureWithAReason() {
    serve((name, time) -> now(recognised(name, "tabby")));
    URI gone = argus.url();
    argus.close();
    argus = null;
    LoadReport report = run(LoadSettings.of(gone, folder, 20, 4));

    assertThat(report.failed()).isEqualTo(20);
    assertThat(report.statuses()).isEmpty();
    assertThat(report.failures()).hasSize(1);
    assertThat(report.failures().firstKey())
        .startsWith("cannot connect to " + gone)
        .contains("refused");
    assertThat(report.latency().max()).isZero();
  }

  @Test
  void anAnswerThatNeverComesIsGivenUpAfterTheTimeout() {
    serve((name, time) -> new CompletableFuture<HttpResponse>());
    LoadReport report = run(settings(2, 2).withRequestTimeout(Duration.ofMillis(400)));
    assertThat(report.failures()).containsExactly(entry("no answer within 0.4 s", 2));
  }

  @Test
  void anAnswerThatIsNoResultIsAFailure() {
    serve((name, time) -> now(HttpResponse.create().withEntity("hello")));
    LoadReport report = run(settings(1, 1));
    assertThat(report.failures()).containsExactly(entry("200 an answer that cannot be read", 1));
  }

  @Test
  void aFolderTooLargeForMemoryIsStreamedFromDisk() {
    serve((name, time) -> now(recognised(name, "tabby")));
    LoadReport report = run(settings(6, 1).withMaxKeptBytes(0));
    assertThat(report.ok()).as(report.toText()).isTrue();
    assertThat(argus.bodies().get(0)).contains("first photo").contains("image/jpeg");
    assertThat(argus.bodies().get(5)).contains("third one").contains("image/webp");
  }

  @Test
  void aNameBeyondAsciiArrivesWhole() throws IOException {
    String name = "Käse, ein Stück.jpg";
    Path cheese = Files.createDirectory(folder.resolve("cheese"));
    Files.writeString(cheese.resolve(name), "cheese");
    serve((found, time) -> now(recognised(found, "cheese")));
    LoadReport report = run(LoadSettings.of(argus.url(), cheese, 1, 1));
    assertThat(
            new String(
                argus.bodies().get(0).getBytes(StandardCharsets.ISO_8859_1),
                StandardCharsets.UTF_8))
        .contains(name);
    assertThat(report.checks().misnamed()).isZero();
  }

  @Test
  void aSeedDrawsTheSamePhotosAgain() {
    serve((name, time) -> now(recognised(name, "tabby")));
    run(settings(20, 1).withSeed(7));
    run(settings(20, 1).withSeed(7));
    List<String> names = argus.names();
    assertThat(names.subList(0, 20)).isEqualTo(names.subList(20, 40));
    assertThat(names.subList(0, 3)).isNotEqualTo(List.of("a.jpg", "b.PNG", "c.webp"));
  }

  @Test
  void progressIsToldAfterEveryPhoto() {
    serve(
        (name, time) ->
            now(name.equals("a.jpg") ? problem(Problem.Kind.INTERNAL) : recognised(name, "tabby")));
    List<String> told = new ArrayList<>();
    join(
        new LoadGenerator(kit.system())
            .run(settings(3, 1), (completed, failed) -> told.add(completed + "/" + failed)));
    assertThat(told).containsExactly("1/1", "2/1", "3/1");
  }

  @Test
  void inAnOpenLoopPhotosComeWhateverBecameOfThoseBefore() {
    // none is answered before the last one has come
    CompletableFuture<HttpResponse> last = new CompletableFuture<>();
    AtomicInteger came = new AtomicInteger();
    serve(
        (name, time) -> {
          if (came.incrementAndGet() == 20) {
            last.complete(HttpResponse.create());
          }
          return last.thenApply(done -> recognised(name, "tabby"));
        });
    LoadReport report = run(open(new Poisson(100), 50, 20, Optional.empty(), Duration.ZERO));
    assertThat(report.answered()).as(report.toText()).isEqualTo(20);
    assertThat(report.pacing().open()).isTrue();
    // the first one waited for the last one, which came about 19 hundredths of a second later
    assertThat(report.latency().max()).isGreaterThan(Duration.ofMillis(50));
  }

  @Test
  void whatComesBeyondTheMostThatMayBeUnderWayIsCountedAndNotSent() {
    CompletableFuture<HttpResponse> sixLeftOut = new CompletableFuture<>();
    serve((name, time) -> sixLeftOut.thenApply(done -> recognised(name, "tabby")));
    LoadSettings settings =
        open(new Bursts(10, Duration.ofHours(1)), 4, 10, Optional.empty(), Duration.ZERO);
    LoadReport report =
        join(
            new LoadGenerator(kit.system())
                .run(
                    settings,
                    (completed, failed) -> {
                      if (failed == 6) {
                        sixLeftOut.complete(HttpResponse.create());
                      }
                    }));
    assertThat(report.answered()).isEqualTo(4);
    assertThat(report.pacing().notSent()).isEqualTo(6);
    assertThat(report.offered()).isEqualTo(10);
    assertThat(report.errorShare()).isEqualTo(0.6);
    assertThat(report.ok()).isFalse();
    assertThat(argus.names()).hasSize(4);
  }

  @Test
  void anOpenLoopCountsARefusalAndDoesNotSendItAgain() {
    serve((name, time) -> now(refused(503, 0)));
    LoadReport report = run(open(new Poisson(500), 10, 5, Optional.empty(), Duration.ZERO));
    assertThat(report.statuses()).containsExactly(entry(503, 5));
    assertThat(argus.names()).hasSize(5);
  }

  @Test
  void theDurationEndsBothLoopsAndTheWarmUpIsNotCounted() {
    serve((name, time) -> now(recognised(name, "tabby")));
    Duration end = Duration.ofMillis(300);
    Duration warmUp = Duration.ofMillis(100);
    LoadReport open = run(open(new Poisson(200), 50, Integer.MAX_VALUE, Optional.of(end), warmUp));
    LoadReport closed =
        run(
            LoadSettings.of(
                argus.url(),
                folder,
                new Workload(
                    Optional.empty(),
                    2,
                    Integer.MAX_VALUE,
                    Optional.of(end),
                    Duration.ZERO,
                    warmUp)));
    long times = 0;
    for (Iterator<Duration> i = new Poisson(200).times(1); i.next().compareTo(end) < 0; times++) {}
    assertThat(open.offered() + open.pacing().warmUp()).isEqualTo((int) times);
    assertThat(open.pacing().warmUp()).isPositive();
    assertThat(closed.requests() + closed.pacing().warmUp()).isPositive();
  }

  @Test
  void clientsOfAClosedLoopBeginOneAfterTheOtherInARamp() {
    serve((name, time) -> now(recognised(name, "tabby")));
    Duration ramp = Duration.ofMillis(400);
    LoadReport report =
        run(
            LoadSettings.of(
                argus.url(),
                folder,
                new Workload(Optional.empty(), 4, 4, Optional.empty(), ramp, Duration.ZERO)));
    assertThat(report.answered()).isEqualTo(4);
    assertThat(report.elapsed()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
  }

  @Test
  void aFolderWithoutPhotosIsSaidAtOnce() {
    URI url = URI.create("http://127.0.0.1:1/");
    LoadSettings empty = LoadSettings.of(url, folder.resolve("folder.jpg"), 1, 1);
    LoadSettings missing = LoadSettings.of(url, folder.resolve("missing"), 1, 1);
    LoadGenerator generator = new LoadGenerator(kit.system());
    assertThatThrownBy(() -> generator.run(empty))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("found none");
    assertThatThrownBy(() -> generator.run(missing))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("missing");
  }

  private void serve(FakeArgus.Script script) {
    argus = new FakeArgus(kit.system(), script);
  }

  private LoadSettings settings(int requests, int concurrency) {
    return LoadSettings.of(argus.url(), folder, requests, concurrency);
  }

  private LoadSettings open(
      Arrivals arrivals,
      int mostUnderWay,
      int requests,
      Optional<Duration> duration,
      Duration warmUp) {
    return LoadSettings.of(
        argus.url(),
        folder,
        new Workload(
            Optional.of(arrivals), mostUnderWay, requests, duration, Duration.ZERO, warmUp));
  }

  private static LoadReport run(LoadSettings settings) {
    return join(new LoadGenerator(kit.system()).run(settings));
  }

  private static LoadReport join(CompletionStage<LoadReport> run) {
    return run.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
