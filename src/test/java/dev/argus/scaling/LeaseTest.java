package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.protocol.LeaderRecord;
import dev.argus.protocol.NotedLaunch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A lease of 15 s: renewed every 5 s, watched every second, valid for 12 s. */
class LeaseTest {
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final long SECOND = 1_000_000_000L;
  private static final long T0 = Long.MAX_VALUE - 5 * SECOND; // it overflows in the middle
  private static final List<NotedLaunch> LAUNCHES =
      List.of(new NotedLaunch(3, "argus-3-6-1", Optional.empty()));

  private final Lease lease = new Lease("me", "responses-me", "0a1b", LEASE);

  @Test
  void aRecordThatIsMissingIsTakenUnlessAnotherIsQuicker() {
    Lease.Write write = lease.decide(Optional.empty(), T0).orElseThrow();

    assertThat(write.over()).isEmpty();
    assertThat(write.takes()).isTrue();
    assertThat(write.record())
        .isEqualTo(new LeaderRecord(1, "me", "responses-me", "0a1b", 1, false, List.of()));
    assertThat(lease.led()).as("it is not written yet").isZero();
  }

  @Test
  void theRecordOfAnotherIsLeftAloneWhileItChanges() {
    for (int second = 0; second < 600; second += 3) {
      assertThat(lease.decide(others(6, "etag-" + second / 12), T0 + second * SECOND)).isEmpty();
    }
  }

  @Test
  void aRecordThatStaysTheSameForTheLeaseIsTakenOverWithItsLaunches() {
    assertThat(lease.decide(others(6, "a"), T0)).isEmpty();
    assertThat(lease.decide(others(6, "b"), T0 + 14 * SECOND)).isEmpty();
    assertThat(lease.decide(others(6, "b"), T0 + 29 * SECOND - 1)).isEmpty();

    Lease.Write write = lease.decide(others(6, "b"), T0 + 29 * SECOND).orElseThrow();

    assertThat(write.over()).contains("b");
    assertThat(write.takes()).isTrue();
    assertThat(write.record().generation()).isEqualTo(7);
    assertThat(write.record().launches()).isEqualTo(LAUNCHES);
  }

  @Test
  void aReleasedRecordIsTakenOverAtOnce() {
    Optional<Lease.Found> released =
        Optional.of(
            new Lease.Found(new LeaderRecord(6, "other", "r", "", 9, true, LAUNCHES), "etag"));

    assertThat(lease.decide(released, T0).orElseThrow().record().generation()).isEqualTo(7);
    assertThat(lease.whyNot()).isEqualTo("none does at the moment");
  }

  @Test
  void itIsValidFromBeforeTheWriteWasSentUntilAMarginBeforeOthersMayTakeOver() {
    lead();
    lease.expire(T0 + 12 * SECOND - 1);
    assertThat(lease.led()).isEqualTo(1);

    lease.expire(T0 + 12 * SECOND);
    assertThat(lease.led()).isZero();
  }

  @Test
  void aWriteThatTakesTooLongDoesNotMakeALeader() {
    Lease.Write write = lease.decide(Optional.empty(), T0).orElseThrow();
    lease.written(write, T0, T0 + 12 * SECOND);

    assertThat(lease.led()).isZero();
  }

  @Test
  void aLeaderRenewsWhateverVersionOfItsOwnRecordThereIs() {
    Lease.Found mine = lead();
    lease.note(LAUNCHES);
    Lease.Write write = lease.decide(Optional.of(mine), T0 + 5 * SECOND).orElseThrow();

    assertThat(write.over()).contains(mine.etag());
    assertThat(write.takes()).isFalse();
    assertThat(write.record())
        .isEqualTo(new LeaderRecord(1, "me", "responses-me", "0a1b", 2, false, LAUNCHES));
    lease.written(write, T0 + 5 * SECOND, T0 + 6 * SECOND);
    assertThat(lease.validUntil()).isEqualTo(T0 + 17 * SECOND);
  }

  @Test
  void aRenewalThatWasWrittenAfterTheTermRanOutDoesNotRevive() {
    Lease.Found mine = lead();
    Lease.Write late = lease.decide(Optional.of(mine), T0 + 11 * SECOND).orElseThrow();
    lease.expire(T0 + 12 * SECOND);
    lease.written(late, T0 + 11 * SECOND, T0 + 13 * SECOND);

    assertThat(lease.led()).isZero();
  }

  @Test
  void whoStoppedActingTakesItsOwnRecordAtOnceWithAnotherGeneration() {
    Lease.Found mine = lead();
    Lease.Write write = lease.decide(Optional.of(mine), T0 + 12 * SECOND).orElseThrow();

    assertThat(lease.led()).isZero();
    assertThat(lease.whyNot()).isEqualTo("the lease was not renewed in time");
    assertThat(write.takes()).isTrue();
    assertThat(write.record().generation()).isEqualTo(2);
  }

  @Test
  void aLeaderThatFindsAnotherStopsAtOnce() {
    lead();

    assertThat(lease.decide(others(2, "theirs"), T0 + SECOND)).isEmpty();
    assertThat(lease.led()).isZero();
    assertThat(lease.whyNot()).isEqualTo("the web node of responses-other does, generation 2");
  }

  @Test
  void aLeaderWhoseRecordIsGoneStopsAndTakesItWithAHigherGenerationAndItsLaunches() {
    lead();
    lease.note(LAUNCHES);
    Lease.Write write = lease.decide(Optional.empty(), T0 + SECOND).orElseThrow();

    assertThat(lease.led()).isZero();
    assertThat(write.over()).isEmpty();
    assertThat(write.record().generation()).isEqualTo(2);
    assertThat(write.record().launches()).isEqualTo(LAUNCHES);
  }

  @Test
  void whoResignsReleasesItsOwnRecordAndNoOther() {
    Lease.Found mine = lead();
    lease.resign();
    assertThat(lease.led()).isZero();
    Lease.Write write = lease.decide(Optional.of(mine), T0 + SECOND).orElseThrow();
    assertThat(write.record().released()).isTrue();
    assertThat(write.record().launches()).isEqualTo(mine.record().launches());
    lease.written(write, T0 + SECOND, T0 + SECOND);
    assertThat(lease.led()).isZero();

    assertThat(lease.decide(found(write, "c"), T0 + 2 * SECOND)).isEmpty();
    assertThat(lease.decide(others(2, "d"), T0 + 100 * SECOND)).isEmpty();
    assertThat(lease.decide(Optional.empty(), T0 + 100 * SECOND)).isEmpty();
  }

  @Test
  void noTwoVersionsAreEqual() {
    Lease.Found mine = lead();
    LeaderRecord one = lease.decide(Optional.of(mine), T0 + SECOND).orElseThrow().record();
    LeaderRecord two = lease.decide(Optional.of(mine), T0 + SECOND).orElseThrow().record();

    assertThat(one.toJson()).isNotEqualTo(two.toJson());
  }

  @Test
  void aLeaderLooksEveryThirdAndTheOthersEveryFifteenthOfTheLease() {
    assertThat(lease.untilNextLook(T0, false)).isEqualTo(Duration.ofSeconds(1));
    assertThat(lease.untilNextLook(T0, true)).isEqualTo(Duration.ofSeconds(1));
    lead();
    assertThat(lease.untilNextLook(T0, false)).isEqualTo(Duration.ofSeconds(5));
    assertThat(lease.untilNextLook(T0, true)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void theLookAtWhichOneMayTakeOverIsOnTime() {
    lease.decide(others(6, "a"), T0);

    assertThat(lease.untilNextLook(T0 + 15 * SECOND - 7, false)).isEqualTo(Duration.ofNanos(7));
    assertThat(lease.untilNextLook(T0 + 15 * SECOND, false))
        .as("it was tried, in vain")
        .isEqualTo(Duration.ofSeconds(1));
  }

  private Lease.Found lead() {
    Lease.Write write = lease.decide(Optional.empty(), T0).orElseThrow();
    lease.written(write, T0, T0 + SECOND);
    assertThat(lease.led()).isEqualTo(1);
    return found(write, "mine").orElseThrow();
  }

  private static Optional<Lease.Found> found(Lease.Write write, String etag) {
    return Optional.of(new Lease.Found(write.record(), etag));
  }

  private static Optional<Lease.Found> others(long generation, String etag) {
    return Optional.of(
        new Lease.Found(
            new LeaderRecord(generation, "other", "responses-other", "", 1, false, LAUNCHES),
            etag));
  }
}
