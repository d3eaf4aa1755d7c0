package dev.argus.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class EmbeddedS3Test {
  private static final String BUCKET = "argus-input";
  private final Credentials credentials = Credentials.random();
  @TempDir Path data;
  private EmbeddedS3 s3;
  private S3AsyncClient client;
  private S3AsyncClient signing;

  @BeforeEach
  void start() {
    s3 = EmbeddedS3.start(data, 0, credentials);
    client = Clients.s3(s3.endpoint(), credentials);
    signing = Clients.s3SigningBodies(s3.endpoint(), credentials);
    client.createBucket(b -> b.bucket(BUCKET)).join();
  }

  @AfterEach
  void stop() {
    client.close();
    signing.close();
    s3.close();
  }

  @Test
  void aPhotoOfFiveMegabytesKeepsBytesTypeAndMetadataOverARestart() {
    byte[] photo = new byte[5_000_000];
    new Random(1).nextBytes(photo);
    Map<String, String> metadata = Map.of("name", "tabby.jpg", "sha256", "ab".repeat(32));
    client
        .putObject(
            b -> b.bucket(BUCKET).key("k").contentType("image/jpeg").metadata(metadata),
            AsyncRequestBody.fromBytes(photo))
        .join();
    stop();
    s3 = EmbeddedS3.start(data, 0, Credentials.random());
    s3.close();
    Credentials others = Credentials.random();
    s3 = EmbeddedS3.start(data, 0, others);
    client = Clients.s3(s3.endpoint(), others);

    var answer =
        client.getObject(b -> b.bucket(BUCKET).key("k"), AsyncResponseTransformer.toBytes()).join();

    assertThat(answer.asByteArrayUnsafe()).isEqualTo(photo);
    assertThat(answer.response().contentType()).isEqualTo("image/jpeg");
    assertThat(answer.response().metadata()).isEqualTo(metadata);
  }

  @Test
  void ofRacingPutsThatMustNotOverwriteExactlyOneWins() {
    List<CompletableFuture<PutObjectResponse>> puts =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    signing.putObject(
                        b -> b.bucket(BUCKET).key("k").ifNoneMatch("*"),
                        AsyncRequestBody.fromString("writer " + i)))
            .toList();
    puts.forEach(p -> p.exceptionally(e -> null).join());
    assertThat(puts.stream().filter(p -> !p.isCompletedExceptionally())).hasSize(1);
    assertThat(puts.stream().filter(CompletableFuture::isCompletedExceptionally))
        .allSatisfy(
            p ->
                assertThatThrownBy(p::join)
                    .cause()
                    .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isIn(409, 412)));
  }

  @Test
  void ofRacingPutsThatMustMatchOneVersionExactlyOneWins() {
    for (int round = 0; round < 10; round++) {
      String etag = put("k", "version " + round).eTag();
      String prefix = "round " + round + ", writer ";
      List<CompletableFuture<PutObjectResponse>> puts =
          IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      signing.putObject(
                          b -> b.bucket(BUCKET).key("k").ifMatch(etag),
                          AsyncRequestBody.fromString(prefix + i)))
              .toList();
      puts.forEach(p -> p.exceptionally(e -> null).join());
      assertThat(puts.stream().filter(p -> !p.isCompletedExceptionally())).hasSize(1);
    }
  }

  @Test
  void aPutThatMustMatchFailsOnAnotherVersion() {
    String first = put("k", "one").eTag();
    String second =
        signing
            .putObject(
                b -> b.bucket(BUCKET).key("k").ifMatch(first), AsyncRequestBody.fromString("two"))
            .join()
            .eTag();
    assertThat(second).isNotEqualTo(first);
    assertThatThrownBy(
            () ->
                signing
                    .putObject(
                        b -> b.bucket(BUCKET).key("k").ifMatch(first),
                        AsyncRequestBody.fromString("three"))
                    .join())
        .cause()
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
  }

  @Test
  void listingsComeInPagesAndCanStartAfterAKey() {
    IntStream.range(0, 7).forEach(i -> put("key" + i, "x"));
    var first = client.listObjectsV2(b -> b.bucket(BUCKET).startAfter("key1").maxKeys(3)).join();
    assertThat(first.contents()).extracting(S3Object::key).containsExactly("key2", "key3", "key4");
    assertThat(first.isTruncated()).isTrue();
    var second =
        client
            .listObjectsV2(
                b -> b.bucket(BUCKET).continuationToken(first.nextContinuationToken()).maxKeys(3))
            .join();
    assertThat(second.contents()).extracting(S3Object::key).containsExactly("key5", "key6");
    assertThat(second.isTruncated()).isFalse();
  }

  @Test
  void aMissingKeyIsNotFound() {
    assertThatThrownBy(() -> client.headObject(b -> b.bucket(BUCKET).key("none")).join())
        .hasCauseInstanceOf(NoSuchKeyException.class);
    assertThatThrownBy(
            () ->
                client
                    .getObject(
                        b -> b.bucket(BUCKET).key("none"), AsyncResponseTransformer.toBytes())
                    .join())
        .hasCauseInstanceOf(NoSuchKeyException.class);
  }

  @Test
  void aCallSignedWithAnotherSecretIsRefused() {
    Credentials wrong = new Credentials(credentials.accessKeyId(), "wrong");
    try (S3AsyncClient intruder = Clients.s3(s3.endpoint(), wrong)) {
      assertThatThrownBy(() -> intruder.listObjectsV2(b -> b.bucket(BUCKET)).join())
          .cause()
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
    }
  }

  @Test
  void anObjectThatIsStillBeingWrittenIsNotListed() throws Exception {
    byte[] half = new byte[300_000];
    var body = AsyncRequestBody.forBlockingOutputStream(2L * half.length);
    var put = client.putObject(b -> b.bucket(BUCKET).key("k").contentType("image/png"), body);
    try (var out = body.outputStream()) {
      out.write(half);
      out.flush();
      // The proof that it is being written: its file is there.
      await().until(() -> filesIn(BUCKET).size() == 1);
      assertThat(client.listObjectsV2(b -> b.bucket(BUCKET)).join().contents()).isEmpty();
      out.write(half);
    }
    put.join();
    assertThat(client.listObjectsV2(b -> b.bucket(BUCKET)).join().contents())
        .extracting(S3Object::key)
        .containsExactly("k");
  }

  @Test
  void whatAKilledRunWasWritingIsGoneAfterARestart() throws Exception {
    String uuid = "-0b8f7a52-3c1e-4d0a-9a51-5d1f0c7d2e11";
    put("linked", "x");
    put("kept" + uuid, "a key of a user that only looks like it");
    stop();
    Path bucket = data.resolve(BUCKET);
    Files.writeString(bucket.resolve("half" + uuid), "written by ha");
    Files.createLink(bucket.resolve("linked" + uuid), bucket.resolve("linked"));

    s3 = EmbeddedS3.start(data, 0, credentials);
    client = Clients.s3(s3.endpoint(), credentials);

    assertThat(client.listObjectsV2(b -> b.bucket(BUCKET)).join().contents())
        .extracting(S3Object::key)
        .containsExactly("kept" + uuid, "linked");
  }

  private List<Path> filesIn(String bucket) throws IOException {
    try (Stream<Path> files = Files.list(data.resolve(bucket))) {
      return files.toList();
    }
  }

  private PutObjectResponse put(String key, String body) {
    return client
        .putObject(b -> b.bucket(BUCKET).key(key), AsyncRequestBody.fromString(body))
        .join();
  }
}
