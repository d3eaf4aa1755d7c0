package dev.argus.aws;

import static dev.argus.ports.ObjectStore.Bucket.INPUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.config.AwsSettings;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.ports.QueueCounts;
import dev.argus.protocol.WireMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * SQS, S3, EC2 and metadata that cannot be reached, say nothing, are overloaded, throttle, or talk
 * garbage: each call fails within its time, and the next one works once the service does.
 */
class TroubleTest {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration AT_MOST = Duration.ofSeconds(15); // noisy machines
  private static final AwsSettings SETTINGS =
      new AwsSettings(
          CALL_TIMEOUT,
          64,
          32,
          1024,
          2048,
          64 << 20,
          TestAws.DELETE_LINGER,
          TestAws.BATCH_LINGER,
          TestAws.MIN_BACKOFF,
          TestAws.MAX_BACKOFF);
  private static final StoredObject OBJECT =
      new StoredObject(ByteString.fromString("x"), "image/png", Map.of());

  /** What is wrong with a service. */
  enum Trouble {
    SILENT(null),
    CLOSES_AT_ONCE(""),
    UNAVAILABLE(http("503 Service Unavailable", "<html>down for maintenance</html>")),
    THROTTLES(
        http(
            "503 Slow Down",
            "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>m</Message></Error>"
                + "</Errors><RequestID>r</RequestID></Response>")),
    ANSWERS_HTML(http("200 OK", "<html><body>Please log in to the guest network</body></html>")),
    CUTS_ANSWERS_SHORT("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<ListBucketRes"),
    SPEAKS_NO_HTTP("220 mail.example.com ESMTP\r\n");

    private final Optional<String> answer;

    Trouble(String answer) {
      this.answer = Optional.ofNullable(answer);
    }
  }

  /** A call to a service. */
  enum Call {
    SQS_SEND,
    SQS_COUNTS,
    S3_PUT,
    S3_PUT_IF_ABSENT,
    S3_GET,
    S3_HEAD,
    S3_CHECK,
    S3_LIST,
    EC2_NODES,
    EC2_LAUNCH,
    EC2_TERMINATE,
    METADATA_INSTANCE_ID,
    METADATA_LAUNCH_TIME;

    /** To S3 any body is an object, and the status says the rest. */
    boolean isAnsweredByAnyBody() {
      return name().startsWith("S3") && this != S3_LIST;
    }
  }

  private static ActorSystem system;
  private RawServer server;
  private AwsClients clients;
  private InstanceMetadata metadata;

  @BeforeAll
  static void startSystem() {
    system = TestAws.system(SETTINGS);
  }

  @AfterAll
  static void stopSystem() {
    system.terminate();
  }

  @AfterEach
  void stop() throws IOException {
    metadata.close();
    clients.close();
    server.close();
  }

  private static String http(String status, String body) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private void start(Function<String, Optional<String>> answers) throws IOException {
    server = new RawServer(answers);
    clients =
        new AwsClients(
            TestAws.environment(server.endpoint(), "key", "secret"), SETTINGS, List.of());
    metadata = clients.metadata(Optional.of(server.endpoint()), CALL_TIMEOUT);
  }

  private CompletionStage<?> make(Call call) {
    S3ObjectStore store =
        new S3ObjectStore(
            system,
            TestAws.environment(server.endpoint(), "key", "secret"),
            SETTINGS,
            TestAws.argus().names(),
            clients::s3);
    Ec2Fleet fleet =
        new Ec2Fleet(
            clients::ec2,
            "argus",
            "argus-responses",
            TestAws.ec2(Path.of("none")),
            "#!/bin/sh",
            SETTINGS,
            system);
    SqsQueue queue = new SqsQueue("q", clients.sqs(), SETTINGS, LocalSqs.source(SETTINGS), system);
    return switch (call) {
      case SQS_SEND -> queue.send(new WireMessage("x", Map.of()));
      case SQS_COUNTS -> queue.counts();
      case S3_PUT -> store.put(INPUT, "k", OBJECT);
      case S3_PUT_IF_ABSENT -> store.putIfAbsent(INPUT, "k", OBJECT);
      case S3_GET -> store.get(INPUT, "k");
      case S3_HEAD -> store.head(INPUT, "k");
      case S3_CHECK -> store.check(INPUT);
      case S3_LIST -> store.keysAfter(INPUT, "").runWith(Sink.seq(), system);
      case EC2_NODES -> fleet.nodes();
      case EC2_LAUNCH -> fleet.launch(1, "token");
      case EC2_TERMINATE -> fleet.terminate("i-1");
      case METADATA_INSTANCE_ID -> metadata.instanceId();
      case METADATA_LAUNCH_TIME -> metadata.launchedAt();
    };
  }

  private static boolean isTroubled(Call call, Trouble trouble) {
    return switch (trouble) {
      case ANSWERS_HTML -> !call.isAnsweredByAnyBody();
      case CUTS_ANSWERS_SHORT -> !call.isAnsweredByAnyBody() || call == Call.S3_GET;
      default -> true;
    };
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void everyCallFailsWithinItsTime(Trouble trouble) throws IOException {
    start(request -> trouble.answer);
    Instant began = Instant.now();
    Map<Call, CompletionStage<?>> made = new EnumMap<>(Call.class);
    for (Call call : Call.values()) {
      if (isTroubled(call, trouble)) {
        made.put(call, make(call));
      }
    }
    made.forEach(
        (call, answer) ->
            assertThat(TestAws.failureOf(answer))
                .as(call.name())
                .isInstanceOf(Exception.class)
                .isNotInstanceOfAny(
                    NullPointerException.class,
                    ClassCastException.class,
                    IndexOutOfBoundsException.class));
    assertThat(Duration.between(began, Instant.now())).isLessThan(AT_MOST);
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void theNextCallWorksOnceTheServiceDoes(Trouble trouble) throws IOException {
    start(request -> trouble.answer);
    List<CompletionStage<?>> failing = new ArrayList<>();
    for (Call call : List.of(Call.SQS_COUNTS, Call.EC2_NODES, Call.METADATA_INSTANCE_ID)) {
      failing.add(make(call));
    }
    failing.forEach(TestAws::failureOf);
    make(Call.S3_PUT).toCompletableFuture().handle((done, failure) -> failure).join();

    server.answer(TroubleTest::well);
    assertComes(Call.SQS_COUNTS, new QueueCounts(3, 1));
    assertComes(Call.EC2_NODES, List.of());
    assertComes(Call.METADATA_INSTANCE_ID, "i-0123");
    assertComes(Call.S3_PUT, Done.getInstance());
  }

  /** Tried again, for one second is little on a noisy machine. */
  private void assertComes(Call call, Object answer) {
    await()
        .atMost(AT_MOST.multipliedBy(2))
        .ignoreExceptions()
        .until(() -> TestAws.await(make(call)).equals(answer));
  }

  private static Optional<String> well(String head) {
    String body =
        head.contains("GetQueueUrl")
            ? "{\"QueueUrl\": \"http://127.0.0.1/000000000000/q\"}"
            : head.contains("GetQueueAttributes")
                ? "{\"Attributes\": {\"ApproximateNumberOfMessages\": \"3\","
                    + " \"ApproximateNumberOfMessagesNotVisible\": \"1\"}}"
                : head.contains("/latest/api/token")
                    ? "token"
                    : head.contains("/latest/meta-data/instance-id")
                        ? "i-0123"
                        : head.startsWith("PUT")
                            ? ""
                            : "<DescribeInstancesResponse"
                                + " xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
                                + "<requestId>r</requestId><reservationSet/></DescribeInstancesResponse>";
    return Optional.of(
        "HTTP/1.1 200 OK\r\nx-aws-ec2-metadata-token-ttl-seconds: 60\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(body.length(), body));
  }
}
