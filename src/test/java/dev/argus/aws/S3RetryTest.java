package dev.argus.aws;

import static dev.argus.ports.ObjectStore.Bucket.INPUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.NotWrittenException;
import dev.argus.ports.ObjectStore.StoredObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.connectors.s3.S3Exception;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an embedded S3 cannot be made to do: fail on its side, lose an answer, say nothing. */
class S3RetryTest {
  private static final StoredObject OBJECT =
      new StoredObject(ByteString.fromString("x"), "image/png", Map.of());
  private static final StubServer.Answer FAILED = new StubServer.Answer(503, "<Error/>");
  private static final StubServer.Answer WRITTEN = new StubServer.Answer(200, "");
  private static final StubServer.Answer EXISTS =
      new StubServer.Answer(412, "<Error><Code>PreconditionFailed</Code></Error>");

  private static ActorSystem system;

  @BeforeAll
  static void start() {
    system = TestAws.system(TestAws.settings());
  }

  @AfterAll
  static void stop() {
    system.terminate();
  }

  @Test
  void whatFailsOnTheSideOfS3IsTriedAgain() throws IOException {
    try (StubServer s3 = answering(FAILED, FAILED, WRITTEN)) {
      TestAws.await(store(s3.endpoint()).put(INPUT, "k", OBJECT));
      assertThat(s3.requests).hasSize(3);
    }
  }

  @Test
  void whatS3RefusesIsNotTriedAgain() throws IOException {
    StubServer.Answer denied =
        new StubServer.Answer(403, "<Error><Code>AccessDenied</Code></Error>");
    try (StubServer s3 = answering(denied)) {
      assertThat(TestAws.failureOf(store(s3.endpoint()).put(INPUT, "k", OBJECT)))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.code()).isEqualTo("AccessDenied"));
      assertThat(s3.requests).hasSize(1);
    }
  }

  @Test
  void aConditionalWriteWhoseAnswerWasLostFindsItsOwnObjectAndCountsAsWritten() throws IOException {
    String[] writeId = new String[1];
    try (StubServer s3 =
        new StubServer(
            request -> {
              if (request.method().equals("HEAD")) {
                return new StubServer.Answer(
                    200, "", Map.of("x-amz-meta-argus-write-id", writeId[0]));
              }
              boolean first = writeId[0] == null;
              writeId[0] = request.headers().get("X-amz-meta-argus-write-id").get(0);
              return first ? FAILED : EXISTS;
            })) {
      assertThat(TestAws.await(store(s3.endpoint()).putIfAbsent(INPUT, "k", OBJECT))).isTrue();
    }
  }

  @Test
  void aConditionalWriteAfterALostAnswerThatFindsAnotherSObjectIsNotWritten() throws IOException {
    try (StubServer s3 = answering(FAILED, EXISTS, new StubServer.Answer(200, ""))) {
      assertThat(TestAws.await(store(s3.endpoint()).putIfAbsent(INPUT, "k", OBJECT))).isFalse();
    }
  }

  @Test
  void aConditionalWriteThatS3RefusesIsKnownNotToBeWritten() throws IOException {
    StubServer.Answer denied =
        new StubServer.Answer(403, "<Error><Code>AccessDenied</Code></Error>");
    try (StubServer s3 = answering(denied)) {
      assertThat(TestAws.failureOf(store(s3.endpoint()).putIfAbsent(INPUT, "k", OBJECT)))
          .isInstanceOf(NotWrittenException.class)
          .hasCauseInstanceOf(S3Exception.class);
    }
  }

  @Test
  void aConditionalWriteToAPortWhereNobodyListensIsKnownNotToBeWritten() throws IOException {
    StubServer s3 = answering(WRITTEN);
    s3.close();
    assertThat(TestAws.failureOf(store(s3.endpoint()).putIfAbsent(INPUT, "k", OBJECT)))
        .isInstanceOf(NotWrittenException.class);
  }

  @Test
  void aConditionalWriteThatIsRefusedAfterALostAnswerMayBeWritten() throws IOException {
    StubServer.Answer denied =
        new StubServer.Answer(403, "<Error><Code>AccessDenied</Code></Error>");
    try (StubServer s3 = answering(FAILED, denied)) {
      assertThat(TestAws.failureOf(store(s3.endpoint()).putIfAbsent(INPUT, "k", OBJECT)))
          .isInstanceOf(S3Exception.class);
    }
  }

  @Test
  void aRefusalThatIsNotTheWordOfS3LeavesAConditionalWriteOpen() throws IOException {
    StubServer.Answer proxy = new StubServer.Answer(403, "<html>Forbidden</html>");
    try (StubServer s3 = answering(proxy)) {
      assertThat(TestAws.failureOf(store(s3.endpoint()).putIfAbsent(INPUT, "k", OBJECT)))
          .isInstanceOf(S3Exception.class);
    }
  }

  @Test
  void aConflictWithAWriteUnderWayIsTriedAgain() throws IOException {
    StubServer.Answer conflict =
        new StubServer.Answer(409, "<Error><Code>ConditionalRequestConflict</Code></Error>");
    try (StubServer s3 = answering(conflict, WRITTEN)) {
      assertThat(TestAws.await(store(s3.endpoint()).putIfAbsent(INPUT, "k", OBJECT))).isTrue();
      assertThat(s3.requests.get(1).headers()).containsEntry("If-none-match", List.of("*"));
    }
  }

  @Test
  void aReplacementWhoseAnswerWasLostFindsItsOwnVersionAndCountsAsWritten() throws IOException {
    String[] writeId = new String[1];
    try (StubServer s3 =
        new StubServer(
            request -> {
              if (request.method().equals("HEAD")) {
                return new StubServer.Answer(
                    200, "", Map.of("x-amz-meta-argus-write-id", writeId[0], "ETag", "\"new\""));
              }
              boolean first = writeId[0] == null;
              writeId[0] = request.headers().get("X-amz-meta-argus-write-id").get(0);
              return first ? FAILED : EXISTS;
            })) {
      assertThat(TestAws.await(store(s3.endpoint()).putIfMatch(INPUT, "k", "old", OBJECT)))
          .contains("new");
      assertThat(s3.requests.get(0).headers()).containsEntry("If-match", List.of("\"old\""));
    }
  }

  @Test
  void aReplacementAfterALostAnswerThatFindsAnotherSVersionIsNotWritten() throws IOException {
    StubServer.Answer others = new StubServer.Answer(200, "", Map.of("ETag", "\"others\""));
    try (StubServer s3 = answering(FAILED, EXISTS, others)) {
      assertThat(TestAws.await(store(s3.endpoint()).putIfMatch(INPUT, "k", "old", OBJECT)))
          .isEmpty();
    }
  }

  @Test
  void everyRefusalThatS3NamesForReplacementsIsTheEndOfIt() throws IOException {
    for (StubServer.Answer refusal :
        List.of(
            EXISTS,
            new StubServer.Answer(404, "<Error><Code>NoSuchKey</Code></Error>"),
            new StubServer.Answer(409, "<Error><Code>ConditionalRequestConflict</Code></Error>"))) {
      try (StubServer s3 = answering(refusal)) {
        assertThat(TestAws.await(store(s3.endpoint()).putIfMatch(INPUT, "k", "old", OBJECT)))
            .isEmpty();
        assertThat(s3.requests).hasSize(1);
      }
    }
  }

  @Test
  void aReplacementInABucketThatIsNotThereIsAnError() throws IOException {
    StubServer.Answer noBucket =
        new StubServer.Answer(404, "<Error><Code>NoSuchBucket</Code></Error>");
    try (StubServer s3 = answering(noBucket)) {
      assertThat(TestAws.failureOf(store(s3.endpoint()).putIfMatch(INPUT, "k", "old", OBJECT)))
          .isInstanceOf(S3Exception.class);
    }
  }

  @Test
  void anAnswerThatIsNotOfS3IsNeitherReadNorTakenForWritten() throws IOException {
    StubServer.Answer page = new StubServer.Answer(200, "<html>Welcome</html>");
    try (StubServer s3 = answering(page, page, page, page)) {
      assertThat(TestAws.failureOf(store(s3.endpoint()).getVersion(INPUT, "k")))
          .hasMessageContaining("expected an answer of S3 with an ETag");
    }
    try (StubServer s3 = answering(page, page, page, page)) {
      assertThat(TestAws.failureOf(store(s3.endpoint()).putIfMatch(INPUT, "k", "old", OBJECT)))
          .hasMessageContaining("expected an answer of S3 with an ETag");
    }
  }

  @Test
  void silenceIsAnErrorWhenTheTimeForACallIsOver() throws IOException {
    try (ServerSocket silent = new ServerSocket(0)) {
      Instant began = Instant.now();
      assertThat(
              TestAws.failureOf(
                  store(URI.create("http://127.0.0.1:" + silent.getLocalPort())).get(INPUT, "k")))
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("within 5000 ms")
          .hasMessageContaining("argus-input/k");
      assertThat(Duration.between(began, Instant.now()))
          .isLessThan(TestAws.CALL_TIMEOUT.plusSeconds(2));
    }
  }

  private static S3ObjectStore store(URI endpoint) {
    return new S3ObjectStore(
        system,
        TestAws.environment(endpoint, "key", "secret"),
        TestAws.settings(),
        TestAws.argus().names(),
        () -> {
          throw new AssertionError("no listing here");
        });
  }

  private static StubServer answering(StubServer.Answer... answers) throws IOException {
    int[] next = {0};
    Function<StubServer.Request, StubServer.Answer> inTurn = request -> answers[next[0]++];
    return new StubServer(inTurn);
  }
}
