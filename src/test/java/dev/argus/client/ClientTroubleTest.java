package dev.argus.client;

import static dev.argus.client.FakeArgus.now;
import static dev.argus.client.FakeArgus.pending;
import static dev.argus.client.FakeArgus.problem;
import static dev.argus.client.FakeArgus.recognised;
import static dev.argus.client.FakeArgus.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.argus.client.Result.GaveUp;
import dev.argus.client.Result.Recognised;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client must not do when things go wrong: go on for ever, or give up for no reason. */
class ClientTroubleTest {
  private static final Photo PHOTO = Photo.of("cat.jpg", "a cat".getBytes(StandardCharsets.UTF_8));
  private static ActorTestKit kit;

  @TempDir Path folder;
  private FakeArgus argus;
  private ArgusClient client;

  @BeforeAll
  static void startSystem() {
    kit = ActorTestKit.create(ConfigFactory.load());
  }

  @AfterAll
  static void stopSystem() {
    kit.shutdownTestKit();
  }

  @AfterEach
  void stop() {
    client.close();
    argus.close();
  }

  @Test
  void aStreamThatIsCancelledSendsNothingAgain() {
    serve((name, time) -> now(refused(503, 0)));
    UniqueKillSwitch downstream =
        Source.repeat(PHOTO)
            .via(client.flow())
            .viaMat(KillSwitches.single(), Keep.right())
            .to(Sink.ignore())
            .run(kit.system());
    await().until(() -> argus.names().size() > 20);
    downstream.shutdown();
    await().atMost(20, TimeUnit.SECONDS).until(() -> client.underWay() == 0);
  }

  @Test
  void aStreamWhosePhotosFailSendsNothingAgain() {
    serve((name, time) -> now(refused(503, 0)));
    CompletionStage<?> stream =
        Source.range(0, 9)
            .map(i -> i < 9 ? PHOTO : Photo.of(folder.resolve("missing.jpg")))
            .via(client.orderedFlow())
            .runWith(Sink.ignore(), kit.system());
    await().until(() -> stream.toCompletableFuture().isCompletedExceptionally());
    await().atMost(20, TimeUnit.SECONDS).until(() -> client.underWay() == 0);
  }

  @Test
  void whatManyAskForAtOnceWaitsForItsTurnAndIsNoFailure() {
    serve(
        settings -> settings.withParallelism(2),
        (name, time) -> now(recognised(name, "tabby")),
        id -> problem(Problem.Kind.NOT_FOUND));
    List<CompletableFuture<Result>> all =
        Stream.generate(() -> client.send(PHOTO).toCompletableFuture()).limit(200).toList();
    for (CompletableFuture<Result> one : all) {
      Result result = join(one);
      assertThat(result).isInstanceOf(Recognised.class);
      assertThat(result.effort().retries()).isZero();
    }
    assertThat(argus.mostOpen()).isLessThanOrEqualTo(2);
  }

  @Test
  void aFileThatIsGoneWhenItsTurnComesIsGivenUpAtOnce() throws Exception {
    serve((name, time) -> now(recognised(name, "tabby")));
    Path file = Files.writeString(folder.resolve("dog.png"), "a dog");
    Photo photo = Photo.of(file);
    Files.delete(file);
    assertThat(join(client.send(photo)))
        .isInstanceOfSatisfying(
            GaveUp.class,
            gaveUp -> {
              assertThat(gaveUp.why()).contains("cannot be read").contains("dog.png");
              assertThat(gaveUp.effort().retries()).isZero();
            });
    assertThat(join(client.send(PHOTO))).isInstanceOf(Recognised.class);
  }

  @Test
  void noWaitIsLongerThanTheLongestWhateverArgusSays() {
    PhotoId id = PhotoId.random();
    AtomicInteger asked = new AtomicInteger();
    serve(
        settings -> settings,
        (name, time) ->
            now(time == 1 ? later(problem(Problem.Kind.OVERLOADED)) : pending(id, name)),
        question ->
            asked.incrementAndGet() == 1
                ? later(pending(id, "cat.jpg"))
                : recognised(id, "cat.jpg", "tabby"));
    assertThat(join(client.send(PHOTO))).isInstanceOf(Recognised.class);
  }

  private static HttpResponse later(HttpResponse response) {
    return response
        .removeHeader("Retry-After")
        .addHeader(RawHeader.create("Retry-After", Long.toString(Long.MAX_VALUE)));
  }

  private void serve(FakeArgus.Script script) {
    serve(settings -> settings, script, id -> problem(Problem.Kind.NOT_FOUND));
  }

  private void serve(
      UnaryOperator<ClientSettings> change,
      FakeArgus.Script script,
      Function<String, HttpResponse> results) {
    argus = new FakeArgus(kit.system(), script, results);
    client =
        ArgusClient.create(
            kit.system(),
            change.apply(
                ClientSettings.of(argus.url())
                    .withRetries(Retries.standard().upTo(1_000_000, Duration.ofMillis(20)))));
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
