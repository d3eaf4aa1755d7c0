package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.protocol.WireMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SqsBatchingTest {
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration SOON = Duration.ofMillis(50);
  private static ActorSystem system;

  private final List<List<String>> batches = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() {
    system = ActorSystem.create("batching-test", TestAws.argus().config());
  }

  @AfterAll
  static void stop() {
    system.terminate();
  }

  private BoundedSourceQueue<SqsMessage<String>> run(Duration linger) {
    return Source.<SqsMessage<String>>queue(1000)
        .via(new SqsBatching<String>(linger))
        .to(Sink.foreach(batch -> batches.add(contexts(batch))))
        .run(system);
  }

  private static List<String> contexts(List<SqsMessage<String>> batch) {
    return batch.stream().map(SqsMessage::context).toList();
  }

  private static SqsMessage<String> message(String name, boolean patient) {
    return new SqsMessage<>(new WireMessage(name, Map.of()), name, patient);
  }

  private static List<String> names(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
  }

  @Test
  void aMessageInAHurryGoesAtOnceAndTakesThePatientOnesAlong() {
    var queue = run(NEVER);
    queue.offer(message("alone", false));
    await().until(() -> batches.equals(List.of(List.of("alone"))));
    queue.offer(message("a", true));
    queue.offer(message("b", true));
    queue.offer(message("c", false));
    await().until(() -> batches.size() == 2);
    assertThat(batches.get(1)).containsExactly("a", "b", "c");
  }

  @Test
  void patientMessagesWaitUntilTheyAreTen() {
    var queue = run(NEVER);
    names(0, 9).forEach(name -> queue.offer(message(name, true)));
    await().during(Duration.ofMillis(200)).until(batches::isEmpty);
    names(9, 21).forEach(name -> queue.offer(message(name, true)));
    await().until(() -> batches.size() == 2);
    assertThat(batches).containsExactly(names(0, 10), names(10, 20));
    queue.complete();
    await().until(() -> batches.size() == 3); // what waits is not lost with the stream
    assertThat(batches.get(2)).isEqualTo(names(20, 21));
  }

  @Test
  void patienceHasAnEnd() {
    var queue = run(SOON);
    queue.offer(message("a", true));
    queue.offer(message("b", true));
    await().until(() -> batches.equals(List.of(List.of("a", "b"))));
  }

  @Test
  void whatComesWhileNobodyAsksGathersIntoBatchesOfTenAndOneMebibyte() {
    CompletableFuture<Void> busy = new CompletableFuture<>();
    Pair<BoundedSourceQueue<SqsMessage<String>>, ?> running =
        Source.<SqsMessage<String>>queue(1000)
            .via(new SqsBatching<String>(NEVER))
            .mapAsync(1, batch -> busy.thenApply(done -> batches.add(contexts(batch))))
            .toMat(Sink.ignore(), Keep.both())
            .run(system);
    names(0, 14).forEach(name -> running.first().offer(message(name, false)));
    String half = "x".repeat(600 * 1024);
    for (String name : List.of("big1", "big2")) {
      running.first().offer(new SqsMessage<>(new WireMessage(half, Map.of()), name));
    }
    running.first().complete();
    busy.complete(null);
    await().until(() -> batches.stream().mapToInt(List::size).sum() == 16);
    assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(10));
    assertThat(batches).noneSatisfy(batch -> assertThat(batch).contains("big1", "big2"));
    assertThat(batches.stream().flatMap(List::stream))
        .startsWith("m0", "m1")
        .endsWith("big1", "big2");
  }
}
