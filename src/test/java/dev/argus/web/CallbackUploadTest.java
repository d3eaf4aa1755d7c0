package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.callback.Receiver;
import dev.argus.ports.ObjectStore.Bucket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client meets that wants to be called back. */
class CallbackUploadTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void isCalledBackWithTheResult() throws Exception {
    try (Receiver receiver = new Receiver();
        TierUnderTest tier =
            new TierUnderTest(
                "ARGUS_WEB_CALLBACKS_SECRET", Receiver.SECRET,
                "ARGUS_WEB_CALLBACKS_ALLOW_PRIVATE_ADDRESSES", "true",
                "ARGUS_WEB_CALLBACKS_CHECK_INTERVAL", "20ms")) {
      HttpResponse<String> accepted =
          TierUnderTest.send(
              tier.upload()
                  .header("Prefer", "respond-async")
                  .header("Argus-Callback-Url", receiver.url().toString()));
      assertThat(accepted.statusCode()).isEqualTo(202);
      String id = new ObjectMapper().readTree(accepted.body()).path("id").asText();
      assertThat(tier.store.keys(Bucket.STATE)).contains("callbacks/msg_photo_" + id);
      tier.answerAndStoreOne();
      await().atMost(PATIENCE).until(() -> receiver.verified.size() == 1);
      var data = new ObjectMapper().readTree(receiver.verified.get(0)).path("data");
      assertThat(data.path("id").asText()).isEqualTo(id);
      assertThat(data.path("label").asText()).isEqualTo("cat");
    }
  }

  @Test
  void isCalledBackOnceForAllPhotosOfAForm() throws Exception {
    try (Receiver receiver = new Receiver();
        TierUnderTest tier =
            new TierUnderTest(
                "ARGUS_WEB_CALLBACKS_SECRET", Receiver.SECRET,
                "ARGUS_WEB_CALLBACKS_ALLOW_PRIVATE_ADDRESSES", "true",
                "ARGUS_WEB_CALLBACKS_CHECK_INTERVAL", "20ms")) {
      var answer =
          TierUnderTest.sendAsync(
              tier.request("/v1/images")
                  .header("Content-Type", "multipart/form-data; boundary=x")
                  .header("Argus-Callback-Url", receiver.url().toString())
                  .POST(BodyPublishers.ofByteArrays(form("1.png", "2.png"))));
      tier.answerAndStoreOne();
      tier.answerAndStoreOne();
      assertThat(answer.join().statusCode()).isEqualTo(200);
      await().atMost(PATIENCE).until(() -> receiver.verified.size() == 1);
      var body = new ObjectMapper().readTree(receiver.verified.get(0));
      assertThat(body.path("type").asText()).isEqualTo("batch.finished");
      assertThat(body.at("/data/state").asText()).isEqualTo("finished");
      assertThat(body.at("/data/counts/recognised").asInt()).isEqualTo(2);
      assertThat(body.at("/data/images/0/label").asText()).isEqualTo("cat");
      // It is forgotten only when the receiver's answer has come.
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(tier.store.keys(Bucket.STATE))
                      .noneMatch(key -> key.startsWith("callbacks/")));
    }
  }

  /** So nobody looks into S3 for the results during this test: it lives by the replies alone. */
  private static final String[] SELDOM = {
    "CALLBACKS_SECRET", Receiver.SECRET,
    "CALLBACKS_ALLOW_PRIVATE_ADDRESSES", "true",
    "CALLBACKS_RECOVER_INTERVAL", "1h",
    "RESULT_POLL", "1h"
  };

  private static HttpResponse<String> sendWithoutWaiting(BatchNodes.Node node, Receiver receiver)
      throws Exception {
    HttpResponse<String> accepted =
        BatchNodes.send(
            node.form("1.png", "2.png", "3.png")
                .header("Prefer", "respond-async")
                .header("Argus-Callback-Url", receiver.url().toString()));
    assertThat(accepted.statusCode()).isEqualTo(202);
    return accepted;
  }

  @Test
  void aBatchThatNobodyWaitsForIsToldWithItsLastReply() throws Exception {
    try (Receiver receiver = new Receiver();
        BatchNodes nodes = new BatchNodes()) {
      sendWithoutWaiting(nodes.start("responses", SELDOM), receiver);
      nodes.take(3).forEach(nodes::recognise);
      await().atMost(PATIENCE).until(() -> receiver.verified.size() == 1);
      var body = new ObjectMapper().readTree(receiver.verified.get(0));
      assertThat(body.at("/data/counts/recognised").asInt()).isEqualTo(3);
    }
  }

  @Test
  void aBatchWhoseWebNodeDiedIsToldByTheOneThatHearsItsReplies() throws Exception {
    try (Receiver receiver = new Receiver();
        BatchNodes nodes = new BatchNodes()) {
      BatchNodes.Node first = nodes.start("responses", SELDOM);
      String batch = BatchNodes.header(sendWithoutWaiting(first, receiver), "Argus-Batch");
      first.die();
      BatchNodes.Node second = nodes.start("responses", SELDOM);
      // Whoever asks for it makes it known there.
      assertThat(second.batch("/v1/batches/" + batch).get("state").asText()).isEqualTo("working");
      nodes.take(3).forEach(nodes::recognise);
      await().atMost(PATIENCE).until(() -> receiver.verified.size() == 1);
      assertThat(receiver.ids).containsExactly("msg_batch_" + batch);
    }
  }

  private static List<byte[]> form(String... names) {
    List<byte[]> body = new ArrayList<>();
    for (String name : names) {
      String head =
          "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"" + name + "\"\r\n\r\n";
      body.add(head.getBytes(StandardCharsets.US_ASCII));
      body.add(TierUnderTest.photo());
      body.add("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    body.add("--x--\r\n".getBytes(StandardCharsets.US_ASCII));
    return body;
  }

  @Test
  void anAddressThatMustNotBeCalledRefusesTheUpload() throws Exception {
    try (TierUnderTest tier = new TierUnderTest("ARGUS_WEB_CALLBACKS_SECRET", Receiver.SECRET)) {
      for (String url :
          new String[] {"http://127.0.0.1:9/", "http://[fd00:ec2::254]/", "ftp://a/"}) {
        HttpResponse<String> refused =
            TierUnderTest.send(tier.upload().header("Argus-Callback-Url", url));
        assertThat(refused.statusCode()).as(url).isEqualTo(400);
        assertThat(refused.body()).contains("Nothing was accepted");
      }
      assertThat(tier.store.keys(Bucket.INPUT)).isEmpty();
      assertThat(tier.waiting()).isZero();
    }
  }

  @Test
  void withoutASecretNobodyIsCalledBack() throws Exception {
    try (TierUnderTest tier = new TierUnderTest()) {
      HttpResponse<String> refused =
          TierUnderTest.send(tier.upload().header("Argus-Callback-Url", "https://example.com/"));
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("argus.web.callbacks.secret");
    }
  }
}
