package dev.argus.client;

import static dev.argus.client.FakeArgus.broken;
import static dev.argus.client.FakeArgus.now;
import static dev.argus.client.FakeArgus.pending;
import static dev.argus.client.FakeArgus.problem;
import static dev.argus.client.FakeArgus.recognised;
import static dev.argus.client.FakeArgus.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.argus.client.Result.Failed;
import dev.argus.client.Result.GaveUp;
import dev.argus.client.Result.Recognised;
import dev.argus.config.Secret;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgusClientTest {
  private static final Photo PHOTO = photo("cat.jpg");
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
    if (client != null) {
      client.close();
    }
    if (argus != null) {
      argus.close();
    }
  }

  @Test
  void aPhotoIsRecognised() {
    serve((name, time) -> now(recognised(name, "tabby")));
    Result result = send(PHOTO);
    assertThat(result)
        .isInstanceOfSatisfying(
            Recognised.class,
            cat -> {
              assertThat(cat.label()).isEqualTo("tabby");
              assertThat(cat.probability()).isEqualTo(0.9);
              assertThat(cat.predictions()).hasSize(1);
              assertThat(cat.model()).isEqualTo("fake");
              assertThat(cat.effort().ids()).containsExactly(cat.id());
              assertThat(cat.effort().retries()).isZero();
            });
    assertThat(result.photo()).isSameAs(PHOTO);
    assertThat(argus.bodies()).containsExactly("image/jpeg\nphoto of cat.jpg");
    assertThat(argus.headers("prefer")).containsExactly("wait=20");
  }

  @Test
  void aFileAndBytesAreSentByThreadsThatWait() throws Exception {
    serve((name, time) -> now(recognised(name, "tabby")));
    Path file = Files.writeString(folder.resolve("dog.png"), "a dog");
    assertThat(client.recognise(file)).isInstanceOf(Recognised.class);
    assertThat(client.recognise("cat.gif", bytes("a cat"))).isInstanceOf(Recognised.class);
    assertThat(argus.bodies()).containsExactly("image/png\na dog", "image/gif\na cat");
  }

  @Test
  void aNameThatNoHeaderCanCarryGoesInAForm() {
    serve((name, time) -> now(recognised(name, "cheese")));
    Result result = send(photo("Käse \"alt\".jpg"));
    assertThat(argus.bodies().get(0)).startsWith("multipart/form-data");
    assertThat(argus.names()).containsExactly("Käse %22alt%22.jpg");
    assertThat(result).isInstanceOf(Recognised.class);
  }

  @Test
  void anEmptyPhotoIsSentToo() {
    serve((name, time) -> now(problem(Problem.Kind.UNDECODABLE)));
    assertThat(send(Photo.of("empty.jpg", new byte[0]))).isInstanceOf(Failed.class);
  }

  @Test
  void tokenAndWishesGoWithUploadsAndQuestions() {
    PhotoId id = PhotoId.random();
    serve(
        settings ->
            settings
                .withToken(new Secret("client-token-0123456789"))
                .withPredictions(3, 0.25)
                .withUploadWait(Optional.of(Duration.ZERO)),
        (name, time) -> now(pending(id, name)),
        asked -> recognised(id, "cat.jpg", "tabby"));
    assertThat(send(PHOTO)).isInstanceOf(Recognised.class);
    assertThat(argus.headers("prefer")).containsExactly("respond-async");
    assertThat(argus.requests()).hasSize(2);
    for (HttpRequest request : argus.requests()) {
      assertThat(request.getHeader("authorization").orElseThrow().value())
          .isEqualTo("Bearer client-token-0123456789");
      assertThat(request.getUri().rawQueryString()).contains("top=3&min-probability=0.25");
    }
  }

  @Test
  void aPendingPhotoIsLookedUpUntilItIsDoneAndNotSentAgain() {
    PhotoId id = PhotoId.random();
    AtomicInteger asked = new AtomicInteger();
    serve(
        settings -> settings,
        (name, time) -> now(time == 1 ? deadlinePassed(id) : problem(Problem.Kind.INTERNAL)),
        question ->
            switch (asked.incrementAndGet()) {
              case 1 -> pending(id, "cat.jpg");
              case 2 -> broken();
              case 3 -> refused(503, 0);
              default -> recognised(id, "cat.jpg", "tabby");
            });
    Result result = send(PHOTO);
    assertThat(result).isInstanceOf(Recognised.class);
    assertThat(result.effort().ids()).containsExactly(id);
    assertThat(result.effort().retries()).isEqualTo(2);
    assertThat(argus.names()).hasSize(1);
    assertThat(argus.requests().get(1).getHeader("prefer").orElseThrow().value())
        .isEqualTo("wait=20");
  }

  @Test
  void afterABrokenConnectionAPhotoIsSentAgainWithItsKey() {
    serve((name, time) -> now(time < 3 ? broken() : recognised(name, "tabby")));
    Result result = send(PHOTO);
    assertThat(result).isInstanceOf(Recognised.class);
    assertThat(result.effort().retries()).isEqualTo(2);
    assertThat(argus.headers("idempotency-key")).hasSize(3);
    assertThat(argus.headers("idempotency-key").stream().distinct()).hasSize(1);
  }

  @Test
  void eachSendingHasAKeyOfItsOwnUnlessThePhotoHasOne() {
    serve((name, time) -> now(recognised(name, "tabby")));
    send(PHOTO);
    send(PHOTO);
    send(PHOTO.withKey("mine"));
    send(PHOTO.withKey("mine"));
    List<String> keys = argus.headers("idempotency-key");
    assertThat(keys.stream().distinct()).hasSize(3);
    assertThat(keys.subList(2, 4)).containsOnly("\"mine\"");
  }

  @Test
  void whatAPlainClientDoesIsOneUpload() {
    serve(
        settings -> settings.withRetries(settings.retries().withoutRecovery()),
        (name, time) -> now(time == 1 ? refused(503, 0) : broken()),
        id -> problem(Problem.Kind.NOT_FOUND));
    assertThat(send(PHOTO))
        .isInstanceOfSatisfying(
            GaveUp.class, gaveUp -> assertThat(gaveUp.why()).startsWith("the connection broke"));
    assertThat(argus.names()).hasSize(2); // a refused upload is sent again, a broken one is not
    assertThat(argus.headers("idempotency-key")).isEmpty();
  }

  @Test
  void aRefusalOfThePhotoIsFinal() {
    serve((name, time) -> now(problem(Problem.Kind.UNSUPPORTED_TYPE)));
    assertThat(send(PHOTO))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.problem().is(Problem.Kind.UNSUPPORTED_TYPE)).isTrue();
              assertThat(failed.id()).isEmpty();
              assertThat(failed.effort().status()).hasValue(415);
            });
    assertThat(argus.names()).hasSize(1);
  }

  @Test
  void whatIsAlwaysRefusedIsGivenUpAfterTheRetries() {
    serve((name, time) -> now(refused(429, 0)));
    assertThat(send(PHOTO))
        .isInstanceOfSatisfying(
            GaveUp.class,
            gaveUp -> {
              assertThat(gaveUp.why()).isEqualTo("429 Argus is at its limit");
              assertThat(gaveUp.effort().retries()).isEqualTo(5);
            });
    assertThat(argus.names()).hasSize(6);
  }

  @Test
  void patienceEndsBeforeAWaitThatIsTooLong() {
    serve(
        settings ->
            settings.withRetries(
                Retries.standard().upTo(5, Duration.ofMinutes(5)).within(Duration.ofMinutes(1))),
        (name, time) -> now(refused(503, 120)),
        id -> problem(Problem.Kind.NOT_FOUND));
    assertThat(send(PHOTO))
        .isInstanceOfSatisfying(
            GaveUp.class, gaveUp -> assertThat(gaveUp.why()).contains("503").contains("PT1M"));
  }

  @Test
  void closingGivesUpWhatWaits() {
    serve(
        settings -> settings.withRetries(Retries.standard()),
        (name, time) -> now(refused(503, 60)),
        id -> problem(Problem.Kind.NOT_FOUND));
    CompletableFuture<Result> result = client.send(PHOTO).toCompletableFuture();
    await().until(() -> argus.names().size() == 1);
    client.close();
    assertThat(join(result)).isInstanceOf(GaveUp.class);
    assertThat(send(PHOTO)).isInstanceOf(GaveUp.class);
  }

  @Test
  void aClientThatIsClosedLeavesAnotherOneItsConnections() {
    serve((name, time) -> now(recognised(name, "tabby")));
    ArgusClient other = ArgusClient.create(kit.system(), settings());
    other.recognise("a.jpg", bytes("a"));
    other.close();
    assertThat(send(PHOTO)).isInstanceOf(Recognised.class);
  }

  @Test
  void orderedResultsComeAsTheirPhotosAndEachKeepsItsContext() {
    // the first photo is answered last
    CompletableFuture<HttpResponse> last = new CompletableFuture<>();
    AtomicInteger answered = new AtomicInteger();
    serve(
        (name, time) -> {
          if (name.equals("0.jpg")) {
            return last;
          }
          if (answered.incrementAndGet() % 4 == 0) {
            last.complete(recognised("0.jpg", "0"));
          }
          return now(recognised(name, name.replace(".jpg", "")));
        });
    List<Photo> photos = IntStream.range(0, 5).mapToObj(i -> photo(i + ".jpg")).toList();
    List<Result> ordered =
        join(Source.from(photos).via(client.orderedFlow()).runWith(Sink.seq(), kit.system()));
    assertThat(ordered).extracting(Result::photo).containsExactlyElementsOf(photos);
    List<Pair<Result, Integer>> withContext =
        join(
            Source.range(0, 4)
                .map(i -> Pair.create(photos.get(i), i))
                .via(client.<Integer>flowWithContext())
                .runWith(Sink.seq(), kit.system()));
    assertThat(withContext).hasSize(5);
    for (Pair<Result, Integer> pair : withContext) {
      assertThat(((Recognised) pair.first()).label()).isEqualTo(pair.second().toString());
    }
  }

  @Test
  void eachOfTwoThousandPhotosHasOneResultWhateverHappensAndASlowConsumerSlowsTheSource()
      throws Exception {
    int parallelism = 16;
    serve(
        settings ->
            settings
                .withParallelism(parallelism)
                .withRetries(settings.retries().upTo(1000, Duration.ofMillis(20))),
        ArgusClientTest::troubled,
        id -> problem(Problem.Kind.NOT_FOUND));
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger consumed = new AtomicInteger();
    AtomicInteger mostAhead = new AtomicInteger();
    CompletableFuture<Integer> gate = new CompletableFuture<>();
    CompletableFuture<List<Result>> results =
        Source.range(0, 1999)
            .map(
                i -> {
                  mostAhead.accumulateAndGet(taken.incrementAndGet() - consumed.get(), Math::max);
                  return photo(i + ".jpg");
                })
            .via(client.flow())
            .mapAsync(
                1,
                result -> {
                  boolean stops = consumed.incrementAndGet() == 500;
                  return (stops ? gate : CompletableFuture.completedFuture(0))
                      .thenApply(done -> result);
                })
            .runWith(Sink.seq(), kit.system())
            .toCompletableFuture();

    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> taken.get() >= 500 + parallelism && argus.open() == 0);
    gate.complete(0);
    await().atMost(60, TimeUnit.SECONDS).until(() -> consumed.get() > 1000);
    argus.restart();

    List<Result> all = results.get(120, TimeUnit.SECONDS);
    assertThat(all).hasSize(2000).allMatch(Recognised.class::isInstance);
    assertThat(all.stream().map(result -> result.photo().name()).distinct()).hasSize(2000);
    assertThat(all).allMatch(result -> ((Recognised) result).name().equals(result.photo().name()));
    assertThat(all.stream().mapToInt(result -> result.effort().retries()).sum())
        .isGreaterThanOrEqualTo(600); // 200 refusals and 400 broken connections at least
    assertThat(argus.mostOpen()).isLessThanOrEqualTo(parallelism);
    // Beside what is under way: one at each end.
    assertThat(mostAhead.get()).isLessThanOrEqualTo(parallelism + 2);
    assertThat(argus.headers("idempotency-key").stream().distinct()).hasSize(2000);
  }

  /** Of ten photos one is refused at first, and two are answered by a connection that breaks. */
  private static CompletionStage<HttpResponse> troubled(String name, int time) {
    int number = Integer.parseInt(name.replace(".jpg", ""));
    if (time == 1 && number % 10 == 0) {
      return now(refused(503, 0));
    }
    return now(time == 1 && number % 5 == 1 ? broken() : recognised(name, "tabby"));
  }

  private void serve(FakeArgus.Script script) {
    serve(settings -> settings, script, id -> problem(Problem.Kind.NOT_FOUND));
  }

  private void serve(
      UnaryOperator<ClientSettings> change,
      FakeArgus.Script script,
      Function<String, HttpResponse> results) {
    argus = new FakeArgus(kit.system(), script, results);
    client = ArgusClient.create(kit.system(), change.apply(settings()));
  }

  private ClientSettings settings() {
    return ClientSettings.of(argus.url())
        .withRetries(Retries.standard().upTo(5, Duration.ofMillis(20)));
  }

  private static HttpResponse deadlinePassed(PhotoId id) {
    return problem(Problem.Kind.DEADLINE)
        .addHeader(RawHeader.create("Location", "/v1/images/" + id));
  }

  private Result send(Photo photo) {
    return join(client.send(photo));
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static Photo photo(String name) {
    return Photo.of(name, bytes("photo of " + name));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
