package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.aws.StubServer.Answer;
import dev.argus.config.RetentionSettings;
import dev.argus.ports.RetentionRule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BucketLifecycleTest {
  private static final List<RetentionRule> RULES =
      RetentionRule.of(
          new RetentionSettings(
              Duration.ofDays(30),
              Duration.ofDays(31),
              Duration.ofHours(25),
              Duration.ofDays(30),
              Duration.ofDays(30),
              Duration.ofDays(15),
              Duration.ofDays(7),
              Duration.ofHours(1)),
          TestAws.argus().names());

  private static Boolean apply(StubServer server) {
    try (AwsClients clients = TestAws.clients(server.endpoint(), new CallCounter())) {
      return TestAws.await(new BucketLifecycle(clients.s3()).apply(RULES));
    }
  }

  @Test
  void eachBucketGetsItsRulesInWholeDaysRoundedUp() throws Exception {
    try (StubServer server = new StubServer(request -> new Answer(200, ""))) {
      assertThat(apply(server)).isTrue();
      assertThat(server.requests)
          .extracting(StubServer.Request::path)
          .containsExactlyInAnyOrder("/argus-input", "/argus-output", "/argus-state");
      assertThat(body(server, "/argus-input"))
          .contains("<Prefix></Prefix>", "<Days>30</Days>", "<Status>Enabled</Status>");
      assertThat(body(server, "/argus-output")).contains("<Days>31</Days>");
      assertThat(body(server, "/argus-state"))
          .containsSubsequence("<Days>2</Days>", "idempotency/")
          .contains(
              "<Prefix>batches/</Prefix>",
              "<Prefix>dead/</Prefix>",
              "<Prefix>attempts/</Prefix>",
              "<Days>15</Days>");
    }
  }

  private static String body(StubServer server, String path) {
    return server.requests.stream()
        .filter(request -> request.path().equals(path))
        .findFirst()
        .orElseThrow()
        .body();
  }

  @Test
  void aStoreWithoutALifecycleSaysSo(@TempDir Path data) {
    // Not the quick settings of other tests: the first calls of a process are slow.
    try (LocalS3 s3 = new LocalS3(data, TestAws.argus().aws())) {
      assertThat(TestAws.await(new BucketLifecycle(s3.clients.s3()).apply(RULES))).isFalse();
    }
  }

  @Test
  void anyOtherRefusalIsAnError() throws Exception {
    try (StubServer server = new StubServer(request -> new Answer(403, ""));
        AwsClients clients = TestAws.clients(server.endpoint(), new CallCounter())) {
      assertThat(TestAws.failureOf(new BucketLifecycle(clients.s3()).apply(RULES)))
          .hasMessageContaining("403");
    }
  }
}
