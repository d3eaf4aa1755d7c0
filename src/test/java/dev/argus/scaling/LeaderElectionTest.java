package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.LeaderRecord;
import dev.argus.protocol.NotedLaunch;
import dev.argus.protocol.ObjectKeys;
import dev.argus.scaling.LeaderElection.Command;
import dev.argus.simulation.DelegatingObjectStore;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.SteppedScheduler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A lease of 15 s: renewed every 5 s, watched every second, valid for 12 s after a renewal. */
class LeaderElectionTest {
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final NotedLaunch LAUNCH = new NotedLaunch(3, "argus-3-1-1", Optional.empty());

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final List<ActorTestKit> kits = new ArrayList<>();
  private final List<WebNode> nodes = new ArrayList<>(); // those that live

  /** A web node on a machine of its own, whose time passes only when the test says so. */
  private final class WebNode implements LeaderElection.Listener {
    final ActorTestKit kit = ActorTestKit.create(SteppedScheduler.config());
    final SteppedScheduler time = SteppedScheduler.of(kit.system());
    final AtomicLong ticker = new AtomicLong();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<Term> terms = new CopyOnWriteArrayList<>();
    final List<String> whys = new CopyOnWriteArrayList<>();
    final String name;
    final ActorRef<Command> election;
    volatile boolean leads;

    WebNode(String name) {
      this(name, store);
    }

    WebNode(String name, ObjectStore seen) {
      this.name = name;
      this.election =
          kit.spawn(
              LeaderElection.create(
                  LEASE,
                  new LeaderElection.Surroundings(
                      seen, "holder-" + name, name, "", ticker::get, meters, this)));
      kits.add(kit);
      nodes.add(this);
      settle();
    }

    @Override
    public void leads(Term term) {
      leads = true;
      terms.add(term);
    }

    @Override
    public void follows(String why) {
      leads = false;
      whys.add(why);
    }

    Term term() {
      return terms.get(terms.size() - 1);
    }

    boolean holds() {
      return !terms.isEmpty() && term().holds().getAsBoolean();
    }

    void pass(Duration duration) {
      ticker.addAndGet(duration.toNanos());
      time.timePasses(duration);
      settle();
    }

    /** Each answer comes after all that the actor had to do before; calls return at once here. */
    void settle() {
      TestProbe<StatusReply<Done>> probe = kit.createTestProbe();
      for (int i = 0; i < 10; i++) {
        election.tell(new LeaderElection.Note(-1, List.of(), probe.getRef()));
        probe.receiveMessage();
      }
    }

    CompletableFuture<Done> note(NotedLaunch... launches) {
      CompletableFuture<Done> noted = term().note().apply(List.of(launches)).toCompletableFuture();
      settle();
      return noted;
    }

    void release() {
      TestProbe<Done> probe = kit.createTestProbe();
      election.tell(new LeaderElection.Release(probe.getRef()));
      probe.receiveMessage();
      nodes.remove(this);
    }

    double meter(String meter) {
      return meters.get(meter).gauge().value();
    }

    /** As kill -9 does. */
    void die() {
      kit.shutdownTestKit();
      kits.remove(kit);
      nodes.remove(this);
    }
  }

  @AfterEach
  void stop() {
    kits.forEach(ActorTestKit::shutdownTestKit);
  }

  /** Time passes for all that live; never do two act. */
  private void pass(Duration duration) {
    for (Duration left = duration; !left.isZero(); left = left.minusMillis(500)) {
      List.copyOf(nodes).forEach(node -> node.pass(Duration.ofMillis(500)));
      assertThat(nodes.stream().filter(WebNode::holds)).hasSizeLessThanOrEqualTo(1);
    }
  }

  private LeaderRecord record() {
    StoredObject object =
        store.get(Bucket.STATE, ObjectKeys.LEADER).toCompletableFuture().join().orElseThrow();
    try {
      return LeaderRecord.fromJson(object.bytes().utf8String());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theFirstLeadsAtOnceAndStaysTheLeader() {
    WebNode one = new WebNode("one");
    assertThat(one.leads).isTrue();
    assertThat(one.term().generation()).isEqualTo(1);

    pass(Duration.ofSeconds(60));

    assertThat(one.leads && one.holds()).isTrue();
    assertThat(one.terms).hasSize(1);
    assertThat(one.whys).isEmpty();
    assertThat(record().renewal()).isEqualTo(13);
    assertThat(record().responseQueue()).isEqualTo("one");
    assertThat(one.meter("argus.leader")).isEqualTo(1);
    assertThat(one.meter("argus.leader.generation")).isEqualTo(1);
  }

  @Test
  void theSecondFollowsAndTakesOverWithinSeventeenSecondsOfAKill() {
    WebNode one = new WebNode("one");
    WebNode two = new WebNode("two");
    pass(Duration.ofSeconds(7));
    assertThat(two.leads).isFalse();
    assertThat(two.whys).containsExactly("the web node of one does, generation 1");
    assertThat(two.meter("argus.leader")).isZero();
    one.die();

    pass(Duration.ofSeconds(12));
    assertThat(two.leads).isFalse();
    pass(Duration.ofSeconds(5));

    assertThat(two.leads && two.holds()).isTrue();
    assertThat(two.term().generation()).isEqualTo(2);
    assertThat(record().responseQueue()).isEqualTo("two");
    assertThat(two.meter("argus.leader.generation")).isEqualTo(2);
    assertThat(two.meters.get("argus.leader.takeovers").counter().count()).isEqualTo(1);
  }

  @Test
  void whoeverKillsTheLeaderRightAfterARenewalWaitsNoLonger() {
    for (int millis = 0; millis < 5_000; millis += 1_000) {
      WebNode one = new WebNode("one" + millis);
      WebNode two = new WebNode("two" + millis);
      pass(Duration.ofSeconds(60).plusMillis(millis));
      (one.leads ? one : two).die();
      pass(Duration.ofMillis(16_500));

      assertThat(nodes).hasSize(1);
      assertThat(nodes.get(0).leads).as("killed %d ms later", millis).isTrue();
      nodes.get(0).die();
      store.clear(Bucket.STATE);
    }
  }

  @Test
  void aCleanStopHandsTheLeadOverAtOnce() {
    WebNode one = new WebNode("one");
    WebNode two = new WebNode("two");
    one.release();
    assertThat(one.leads || one.holds()).isFalse();
    assertThat(one.whys).containsExactly("it stops");
    assertThat(record().released()).isTrue();

    pass(Duration.ofSeconds(1));

    assertThat(two.leads).isTrue();
    assertThat(two.term().generation()).isEqualTo(2);
  }

  @Test
  void whoFollowsLeavesTheRecordAsItIsWhenItStops() {
    new WebNode("one");
    WebNode two = new WebNode("two");
    two.release();

    assertThat(record().released()).isFalse();
    assertThat(record().responseQueue()).isEqualTo("one");
  }

  @Test
  void ofTwoThatStartAtOnceOneLeads() {
    store.setStalled(true);
    WebNode one = new WebNode("one");
    WebNode two = new WebNode("two");
    store.setStalled(false);
    one.settle();
    two.settle();

    assertThat(one.leads).isNotEqualTo(two.leads);
    pass(Duration.ofSeconds(60));
    assertThat(one.leads).isNotEqualTo(two.leads);
    assertThat(record().generation()).isEqualTo(1);
  }

  @Test
  void whoTakesOverByAVersionThatIsNoLongerTheLatestDoesNotLead() {
    HangingStore hanging = new HangingStore(store);
    WebNode one = new WebNode("one");
    WebNode two = new WebNode("two");
    WebNode three = new WebNode("three", hanging);
    pass(Duration.ofSeconds(10));
    one.die();
    pass(Duration.ofSeconds(14)); // both have seen the latest version for 14 s
    hanging.hang = true;
    three.pass(Duration.ofSeconds(2)); // has read it, and hears of it later
    two.pass(Duration.ofSeconds(2));
    assertThat(two.leads).isTrue();
    hanging.resume();
    three.settle();

    assertThat(three.leads).isFalse();
    assertThat(record().responseQueue()).isEqualTo("two");
    pass(Duration.ofSeconds(30));
    assertThat(record().generation()).isEqualTo(2);
  }

  @Test
  void aLeaderWhoseCallsHangStopsActingBeforeAnotherTakesOver() {
    HangingStore hanging = new HangingStore(store);
    WebNode one = new WebNode("one", hanging);
    WebNode two = new WebNode("two");
    pass(Duration.ofSeconds(5)); // renewed
    hanging.hang = true;

    pass(Duration.ofMillis(11_500));
    assertThat(one.leads && one.holds()).isTrue();
    pass(Duration.ofMillis(500));
    assertThat(one.leads || one.holds()).isFalse();
    assertThat(one.whys).containsExactly("the lease was not renewed in time");
    assertThat(two.leads).isFalse();
    pass(Duration.ofSeconds(7));
    assertThat(two.leads && two.holds()).isTrue();
  }

  /** No clock of a machine is that bad; the margin of the lease is for calls too. */
  @Test
  void thoughTheClockOfTheLeaderIsSlowerByAFifthTheLeaseIsNotTakenEarly() {
    HangingStore hanging = new HangingStore(store);
    WebNode slow = new WebNode("slow", hanging);
    WebNode two = new WebNode("two");
    for (int i = 0; i < 200; i++) {
      hanging.hang = i >= 100;
      slow.pass(Duration.ofMillis(400));
      two.pass(Duration.ofMillis(500));
      assertThat(slow.holds() && two.holds()).as("two act in step %d", i).isFalse();
      assertThat(two.leads && i < 100).as("a living leader was deposed").isFalse();
    }
    assertThat(two.leads && two.holds()).isTrue();
  }

  @Test
  void aLeaderThatIsStoppedAndGoesOnLaterHasLostItsRightToAct() {
    WebNode one = new WebNode("one");
    WebNode two = new WebNode("two");
    pass(Duration.ofSeconds(10));
    for (int i = 0; i < 50; i++) {
      two.pass(Duration.ofMillis(500)); // one does not run
    }
    one.ticker.addAndGet(Duration.ofSeconds(25).toNanos());

    assertThat(one.leads).as("it has had no turn yet").isTrue();
    assertThat(one.holds()).isFalse();
    assertThat(two.leads && two.holds()).isTrue();
    pass(Duration.ofSeconds(5));
    assertThat(one.leads).isFalse();
    assertThat(one.whys.get(one.whys.size() - 1))
        .isEqualTo("the web node of two does, generation 2");
  }

  @Test
  void aLeaderWhoseClockStoodStillToCanNoteNoLaunch() {
    WebNode one = new WebNode("one");
    WebNode two = new WebNode("two");
    for (int i = 0; i < 50; i++) {
      two.pass(Duration.ofMillis(500));
    }
    assertThat(one.holds()).as("a machine that was suspended").isTrue();
    assertThat(two.holds()).isTrue();

    assertThatThrownBy(() -> one.note(LAUNCH).get())
        .hasMessageContaining("this web node does not lead any more");
    assertThat(one.leads).isFalse();
    assertThat(record().launches()).isEmpty();
    assertThat(two.note(new NotedLaunch(3, "argus-3-2-1", Optional.empty())))
        .succeedsWithin(PATIENCE);
    assertThat(record().launches())
        .containsExactly(new NotedLaunch(3, "argus-3-2-1", Optional.empty()));
  }

  @Test
  void whatOneLeaderHasNotedItsSuccessorsKnow() {
    WebNode one = new WebNode("one");
    WebNode two = new WebNode("two");
    assertThat(one.note(LAUNCH)).succeedsWithin(PATIENCE);
    pass(Duration.ofSeconds(10));
    assertThat(record().launches()).containsExactly(LAUNCH);
    one.die();
    pass(Duration.ofSeconds(20));
    assertThat(two.term().launches()).containsExactly(LAUNCH);
    two.release();

    WebNode three = new WebNode("three");

    assertThat(three.term().generation()).isEqualTo(3);
    assertThat(three.term().launches()).containsExactly(LAUNCH);
  }

  @Test
  void aTermThatIsOverNotesNothingThoughTheSameWebNodeLeadsAgain() {
    HangingStore hanging = new HangingStore(store);
    WebNode one = new WebNode("one", hanging);
    Term first = one.term();
    hanging.hang = true;
    pass(Duration.ofSeconds(13));
    hanging.resume();
    pass(Duration.ofSeconds(5));
    assertThat(one.term().generation()).isEqualTo(2);

    CompletableFuture<Done> noted = first.note().apply(List.of(LAUNCH)).toCompletableFuture();
    one.settle();

    assertThat(noted).failsWithin(PATIENCE);
    assertThat(record().launches()).isEmpty();
  }

  @Test
  void aNoteThatMeetsARoundUnderWayIsWrittenInTheNext() {
    WebNode one = new WebNode("one");
    store.setStalled(true);
    one.pass(Duration.ofSeconds(5));
    CompletableFuture<Done> noted = one.note(LAUNCH);
    assertThat(noted).isNotDone();
    store.setStalled(false);
    one.settle();

    assertThat(noted).succeedsWithin(PATIENCE);
    assertThat(record().launches()).containsExactly(LAUNCH);
  }

  @Test
  void whileS3IsDownNobodyLeadsAndTheReasonIsTold() {
    WebNode one = new WebNode("one");
    WebNode two = new WebNode("two");
    pass(Duration.ofSeconds(6));
    store.setDown(true);
    pass(Duration.ofSeconds(60));

    assertThat(one.leads || two.leads).isFalse();
    for (WebNode node : nodes) {
      assertThat(node.whys.get(node.whys.size() - 1))
          .isEqualTo(
              "the state bucket cannot be read or written, so none may:"
                  + " java.lang.IllegalStateException: the store is down");
    }
    store.setDown(false);
    pass(Duration.ofSeconds(3));
    assertThat(one.leads).isNotEqualTo(two.leads);
    assertThat(record().generation()).isEqualTo(2);
  }

  @Test
  void aShortOutageOfS3EndsNoTerm() {
    WebNode one = new WebNode("one");
    pass(Duration.ofSeconds(4));
    store.setDown(true);
    pass(Duration.ofSeconds(6)); // it is tried again every second, and valid for two more
    store.setDown(false);
    pass(Duration.ofSeconds(20));

    assertThat(one.terms).hasSize(1);
    assertThat(one.whys).isEmpty();
  }

  @Test
  void aRenewalWhoseAnswerIsLostEndsNoTerm() {
    DelegatingObjectStore losing =
        new DelegatingObjectStore(store) {
          private int puts;

          @Override
          public CompletionStage<Optional<String>> putIfMatch(
              Bucket bucket, String key, String etag, StoredObject object) {
            CompletionStage<Optional<String>> written = super.putIfMatch(bucket, key, etag, object);
            puts++;
            return puts % 2 == 0
                ? written
                : CompletableFuture.failedFuture(new IllegalStateException("answer lost"));
          }
        };
    WebNode one = new WebNode("one", losing);
    pass(Duration.ofSeconds(60));

    assertThat(one.leads).isTrue();
    assertThat(one.terms).hasSize(1);
  }

  @Test
  void aRecordThatCannotBeReadMakesNoLeaderAndSaysWhatToDo() {
    store.put(
        Bucket.STATE,
        ObjectKeys.LEADER,
        new StoredObject(ByteString.fromString("{]"), "application/json", Map.of()));
    WebNode one = new WebNode("one");
    pass(Duration.ofSeconds(30));

    assertThat(one.leads).isFalse();
    assertThat(one.whys.get(0)).contains("stop all web nodes").contains("remove it");
  }

  /** What one web node sees of the store: on demand it hears later what it reads now. */
  private static final class HangingStore extends DelegatingObjectStore {
    private final List<Runnable> waiting = new CopyOnWriteArrayList<>();
    volatile boolean hang;

    HangingStore(ObjectStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Optional<Version>> getVersion(Bucket bucket, String key) {
      if (!hang) {
        return super.getVersion(bucket, key);
      }
      Optional<Version> read = super.getVersion(bucket, key).toCompletableFuture().join();
      CompletableFuture<Optional<Version>> answer = new CompletableFuture<>();
      waiting.add(() -> answer.complete(read));
      return answer;
    }

    void resume() {
      hang = false;
      waiting.forEach(Runnable::run);
      waiting.clear();
    }
  }
}
