package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.config.ArgusSettings;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.SettableClock;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ReconciliationTest {
  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
  private static final ArgusSettings SETTINGS = ArgusSettings.load(Map.of());

  private final SettableClock clock = new SettableClock();
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final Ledger ledger = new Ledger(SETTINGS.ledger(), clock);
  private final ManualTime time = ManualTime.get(KIT.system());

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private PhotoId accepted() {
    PhotoId id = PhotoId.random();
    ledger.accepted(id);
    put(Bucket.INPUT, ObjectKeys.photo(id), "photo");
    return id;
  }

  private void answered(ClassifyReply reply) {
    put(Bucket.OUTPUT, ObjectKeys.result(reply.id()), Codec.toJson(reply));
  }

  private void put(Bucket bucket, String key, String content) {
    store.put(
        bucket, key, new StoredObject(ByteString.fromString(content), "text/plain", Map.of()));
  }

  private void start() {
    KIT.spawn(
        Reconciliation.create(
            new Reconciliation(
                KIT.system(), ledger, new ResultLookup(store, SETTINGS.retention().results())),
            SETTINGS.ledger()));
  }

  @Test
  void aPhotoWhoseReplyWasLostIsSettledFromItsResultAndOneWithoutStaysPending() {
    answered(new ClassifyReply.Recognised(accepted(), "a", List.of(new Prediction("cat", 1)), "m"));
    answered(
        new ClassifyReply.Failed(accepted(), "b", Problem.Kind.DEAD_LETTERED.because("5 times")));
    accepted();
    PhotoId expired = accepted();
    store.delete(Bucket.INPUT, ObjectKeys.photo(expired));
    clock.advance(SETTINGS.ledger().reconcileAfter());
    start();
    time.timePasses(SETTINGS.ledger().reconcileInterval());
    await().untilAsserted(() -> assertCounts(4, 1, 1, 1, 1));
  }

  @Test
  void aResultThatCannotBeReadKeepsNoOtherPhotoPending() {
    for (int i = 0; i < 3; i++) {
      put(Bucket.OUTPUT, ObjectKeys.result(accepted()), "{}");
      for (int j = 0; j < 20; j++) {
        answered(
            new ClassifyReply.Recognised(accepted(), "a", List.of(new Prediction("cat", 1)), "m"));
      }
    }
    clock.advance(SETTINGS.ledger().reconcileAfter());
    start();
    time.timePasses(SETTINGS.ledger().reconcileInterval());
    await().untilAsserted(() -> assertCounts(63, 60, 0, 0, 3));
  }

  @Test
  void anOutageOnlyPutsItOff() {
    answered(new ClassifyReply.Recognised(accepted(), "a", List.of(new Prediction("cat", 1)), "m"));
    clock.advance(SETTINGS.ledger().reconcileAfter());
    store.setDown(true);
    int calls = store.calls();
    start();
    time.timePasses(SETTINGS.ledger().reconcileInterval());
    await().until(() -> store.calls() > calls);
    store.setDown(false);
    clock.advance(SETTINGS.ledger().reconcileAfter());
    await()
        .untilAsserted(
            () -> {
              time.timePasses(SETTINGS.ledger().reconcileInterval());
              assertCounts(1, 1, 0, 0, 0);
            });
  }

  private void assertCounts(long accepted, long answered, long failed, long dead, long pending) {
    assertThat(ledger.counts())
        .isEqualTo(new Ledger.Counts(accepted, answered, failed, dead, pending));
  }
}
