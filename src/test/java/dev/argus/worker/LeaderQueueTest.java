package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.LeaderRecord;
import dev.argus.protocol.ObjectKeys;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueues;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** A node that the web node of {@code first} launched. */
class LeaderQueueTest {
  private static final Duration INTERVAL = Duration.ofSeconds(60);

  private final SettableClock clock = new SettableClock();
  private final InMemoryQueues queues = new InMemoryQueues(clock);
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final NodeReports reports;

  LeaderQueueTest() {
    queues.create("first");
    queues.create("second");
    reports =
        new NodeReports(
            "i-1",
            Optional.empty(),
            1,
            new LeaderQueue(store, queues, queues.named("first")),
            clock);
  }

  @Test
  void untilAWebNodeLeadsTheOneThatLaunchedTheNodeHears() {
    reports.ready();

    assertThat(said("first")).isEqualTo(1);
  }

  @Test
  void afterATakeOverTheNewLeaderHears() {
    leads("first", 1);
    reports.ready();
    leads("second", 2);
    clock.advance(INTERVAL);
    reports.working(INTERVAL);

    assertThat(said("first")).isEqualTo(1);
    assertThat(said("second")).isEqualTo(1);
  }

  @Test
  void whileItCannotBeReadWhoLeadsTheLatestOneHearsAndIsToldAgain() {
    leads("second", 2);
    reports.ready();
    store.setDown(true);
    clock.advance(INTERVAL);
    reports.working(INTERVAL);
    assertThat(said("second")).isEqualTo(2);

    store.setDown(false);
    leads("first", 3);
    reports.working(INTERVAL);
    reports.working(INTERVAL);

    assertThat(said("second")).isEqualTo(2);
    assertThat(said("first")).as("that was no word to the leader").isEqualTo(1);
  }

  @Test
  void aRecordThatMakesNoSenseIsNoReasonToBeSilent() {
    write("{]");
    reports.draining("it is told to");

    assertThat(said("first")).isEqualTo(1);
  }

  @Test
  void anotherReleaseThanTheLeadersIsOutdatedUnlessOneOfThemIsUnknown() {
    LeaderQueue installed = new LeaderQueue(store, queues, queues.named("first"), "a");
    installed.find();
    assertThat(installed.isOutdated()).as("nobody leads").isFalse();

    leads("a");
    installed.find();
    assertThat(installed.isOutdated()).isFalse();

    leads("b");
    installed.find();
    assertThat(installed.isOutdated()).isTrue();

    store.setDown(true);
    installed.find();
    assertThat(installed.isOutdated()).as("as it was known last").isTrue();

    store.setDown(false);
    leads("");
    installed.find();
    assertThat(installed.isOutdated()).as("the leader does not say").isFalse();

    leads("b");
    LeaderQueue notInstalled = new LeaderQueue(store, queues, queues.named("first"));
    notInstalled.find();
    assertThat(notInstalled.isOutdated()).isFalse();
  }

  private void leads(String release) {
    write(new LeaderRecord(1, "holder", "first", release, 1, false, List.of()).toJson());
  }

  private int said(String queue) {
    return queues.named(queue).sent().size();
  }

  private void leads(String queue, long generation) {
    write(new LeaderRecord(generation, "holder", queue, "", 1, false, List.of()).toJson());
  }

  private void write(String text) {
    store.put(
        Bucket.STATE,
        ObjectKeys.LEADER,
        new StoredObject(ByteString.fromString(text), "application/json", Map.of()));
  }
}
