package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
import dev.argus.protocol.NotedLaunch;
import dev.argus.scaling.LaunchBook.Launch;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LaunchBookTest {
  private static final Instant T0 = SettableClock.START;
  private static final Duration VISIBILITY = Duration.ofSeconds(60);

  private final LaunchBook book = new LaunchBook("argus", 255, VISIBILITY);

  @Test
  void givesTheSmallestFreeNumbersAndATokenEach() {
    book.plan(3, T0, List.of(node(1), node(3)));

    assertThat(taken())
        .containsExactly(
            new Launch(2, "argus-2-255-1"),
            new Launch(4, "argus-4-255-2"),
            new Launch(5, "argus-5-255-3"));
  }

  @Test
  void tokensFitIntoWhatEc2Allows() {
    LaunchBook longest = new LaunchBook("a".repeat(31), 9_999_999_999L, VISIBILITY);
    longest.plan(10_000, T0, List.of());
    longest.place(token -> new Fleet.Pool("01234567", "for the test"), T0);
    longest.noted(longest.notes(), T0);

    for (int i = 0; i < 10_000; i++) {
      assertThat(longest.next(T0).orElseThrow().clientToken()).hasSizeLessThanOrEqualTo(64);
    }
  }

  @Test
  void aPlannedLaunchCountsUntilEc2ShowsIt() {
    book.plan(2, T0, List.of());
    assertThat(book.unseen(T0.plusSeconds(3)))
        .containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(3));

    Launch first = next();
    book.accepted(first, T0.plusSeconds(1));
    assertThat(book.unseen(T0.plusSeconds(3))).hasSize(2);

    book.settle(T0.plusSeconds(4), List.of(node(first.number())));
    assertThat(book.unseen(T0.plusSeconds(4))).hasSize(1);
  }

  @Test
  void aLaunchThatEc2NeverShowsCountsForTheVisibilityTimeoutOnly() {
    book.plan(1, T0, List.of());
    book.accepted(next(), T0.plusSeconds(2));

    book.settle(T0.plusSeconds(61), List.of());
    assertThat(book.unseen(T0.plusSeconds(61))).hasSize(1);

    book.settle(T0.plusSeconds(62), List.of());
    assertThat(book.unseen(T0.plusSeconds(62))).isEmpty();
  }

  @Test
  void aFailedLaunchDoesNotCountAndItsTokenIsUsedAgain() {
    book.plan(1, T0, List.of());
    Launch first = next();
    book.failed(first, T0.plusSeconds(1));
    assertThat(book.unseen(T0.plusSeconds(1))).isEmpty();

    book.plan(2, T0.plusSeconds(5), List.of());

    assertThat(taken()).containsExactly(first, new Launch(2, "argus-2-255-2"));
  }

  @Test
  void howeverLongAgoALaunchFailedItsNumberHasNoOtherToken() {
    book.plan(1, T0, List.of());
    Launch first = next();
    book.failed(first, T0);
    Instant nextYear = T0.plus(Duration.ofDays(365));
    book.settle(nextYear, List.of());

    book.plan(1, nextYear, List.of());

    assertThat(taken()).containsExactly(first);
  }

  @Test
  void aLaunchIsCalledOnlyOnceItIsNoted() {
    book.plan(2, T0, List.of());
    assertThat(book.next(T0)).isEmpty();
    List<NotedLaunch> notes = book.notes();
    assertThat(notes)
        .containsExactly(
            new NotedLaunch(1, "argus-1-255-1", Optional.empty()),
            new NotedLaunch(2, "argus-2-255-2", Optional.empty()));

    book.noted(notes.subList(0, 1), T0);

    assertThat(book.next(T0)).contains(new Launch(1, "argus-1-255-1"));
    assertThat(book.next(T0)).isEmpty();
  }

  @Test
  void aNoteOfAnotherTokenIsNoLeaveToCall() {
    book.plan(1, T0, List.of());
    book.noted(List.of(new NotedLaunch(1, "argus-1-254-9", Optional.empty())), T0);

    assertThat(book.next(T0)).isEmpty();
  }

  @Test
  void theNotesSayWhatEc2HasAcceptedAndNothingOfWhatItShows() {
    book.plan(3, T0, List.of());
    book.accepted(next(), T0);
    book.failed(next(), T0);
    book.settle(T0, List.of(node(3)));

    assertThat(book.notes())
        .containsExactly(
            new NotedLaunch(1, "argus-1-255-1", Optional.of(T0)),
            new NotedLaunch(2, "argus-2-255-2", Optional.empty()));
  }

  @Test
  void whatCouldNotBeNotedDoesNotCountAndIsPlannedAgain() {
    book.plan(1, T0, List.of());
    assertThat(book.dropUncalled(T0)).isTrue();
    assertThat(book.dropUncalled(T0)).isFalse();
    assertThat(book.unseen(T0)).isEmpty();

    book.plan(1, T0, List.of());

    assertThat(taken()).containsExactly(new Launch(1, "argus-1-255-1"));
  }

  @Test
  void aFailedLaunchThatStartedANodeAfterAllIsNotRepeated() {
    book.plan(1, T0, List.of());
    book.failed(next(), T0);
    book.settle(T0.plusSeconds(10), List.of(node(1)));

    book.plan(1, T0.plusSeconds(10), List.of(node(1)));

    assertThat(taken()).containsExactly(new Launch(2, "argus-2-255-2"));
  }

  @Test
  void aLaunchKeepsItsTokenWhileNobodyKnowsWhatBecameOfIt() {
    Launch placed = calledIn("a");
    assertThat(placed.clientToken()).isEqualTo("argus-1-255-1.a");
    book.failed(placed, T0);

    book.plan(1, T0, List.of());

    assertThat(nextIn("b")).isEqualTo(placed);
    assertThat(book.refused(placed, T0)).as("the first call may still arrive").isFalse();
    book.failed(placed, T0);
    book.plan(1, T0, List.of());
    assertThat(nextIn("b")).isEqualTo(placed);
  }

  @Test
  void aLaunchThatWasRefusedGoesToAnotherPoolUnderAnotherTokenAndCountsMeanwhile() {
    Launch placed = calledIn("a");
    assertThat(book.refused(placed, T0.plusSeconds(1))).isTrue();
    assertThat(book.unseen(T0.plusSeconds(2))).containsExactly(Duration.ofSeconds(2));

    assertThat(nextIn("b")).isEqualTo(new Launch(1, "argus-1-255-1.b"));
    assertThat(book.next(T0)).isEmpty();
  }

  @Test
  void aLaunchThatMovesIsNotCalledBeforeItIsNotedAgain() {
    Launch placed = calledIn("a");
    List<NotedLaunch> before = book.notes();
    book.refused(placed, T0);
    book.place(token -> new Fleet.Pool("b", "for the test"), T0);

    book.noted(before, T0);
    assertThat(book.next(T0)).isEmpty();

    book.noted(book.notes(), T0);
    assertThat(book.next(T0)).contains(new Launch(1, "argus-1-255-1.b"));
  }

  @Test
  void aLaunchThatIsNotedButNotCalledGoesElsewhereWhenItsPoolWasRefused() {
    book.plan(2, T0, List.of());
    Launch first = nextIn("a");
    book.refused(first, T0);

    assertThat(nextIn("b")).isEqualTo(new Launch(1, "argus-1-255-1.b"));
    assertThat(nextIn("b")).isEqualTo(new Launch(2, "argus-2-255-2.b"));
  }

  @Test
  void aLaunchThatNoPoolTakesFailsAndIsFreeToGoAnywhereLater() {
    book.refused(calledIn("a"), T0);
    book.dropUncalled(T0);
    assertThat(book.unseen(T0)).isEmpty();

    book.plan(1, T0, List.of());

    assertThat(nextIn("b").clientToken()).isEqualTo("argus-1-255-1.b");
  }

  @Test
  void aLaunchOfAnEarlierLeaderKeepsTheTokenOfItsNote() {
    book.restore(
        List.of(
            new NotedLaunch(1, "old-1.a", Optional.empty()),
            new NotedLaunch(2, "older-2", Optional.empty())),
        T0);
    book.plan(2, T0, List.of());

    assertThat(nextIn("b").clientToken()).isEqualTo("old-1.a");
    assertThat(nextIn("b").clientToken()).isEqualTo("older-2");
  }

  @Test
  void aRefusalThatComesAfterItsNodeWasShownChangesNothing() {
    Launch placed = calledIn("a");
    book.settle(T0, List.of(node(1)));

    assertThat(book.refused(placed, T0)).isFalse();

    assertThat(book.notes()).isEmpty();
  }

  @Test
  void aFailureStopsTheLaunchesThatHaveNotBegun() {
    book.plan(5, T0, List.of());
    Launch first = next();
    Launch second = next();
    book.failed(first, T0);

    assertThat(book.next(T0)).isEmpty();
    assertThat(book.unseen(T0)).hasSize(1);
    book.accepted(second, T0);
    assertThat(book.unseen(T0)).hasSize(1);
  }

  @Test
  void whatAnEarlierLeaderHasNotedIsCalledAgainBeforeAnythingNewIsLaunched() {
    book.restore(List.of(new NotedLaunch(2, "old-2", Optional.empty())), T0);
    assertThat(book.unseen(T0)).isEmpty();

    book.plan(2, T0, List.of(node(1)));

    assertThat(taken()).containsExactly(new Launch(2, "old-2"), new Launch(3, "argus-3-255-1"));
  }

  @Test
  void whatAnEarlierLeaderHadAcceptedCountsForOneVisibilityTimeoutHoweverOftenLeadersChange() {
    Instant accepted = T0.minusSeconds(20);
    book.restore(List.of(new NotedLaunch(1, "old-1", Optional.of(accepted))), T0);
    assertThat(book.unseen(T0)).containsExactly(Duration.ofSeconds(20));
    assertThat(book.notes()).extracting(NotedLaunch::acceptedAt).contains(Optional.of(accepted));
    book.plan(1, T0, List.of());
    assertThat(taken()).containsExactly(new Launch(2, "argus-2-255-1"));

    book.settle(T0.plusSeconds(39), List.of());
    assertThat(book.unseen(T0.plusSeconds(39))).hasSize(2);
    book.settle(T0.plusSeconds(40), List.of());
    assertThat(book.notes()).extracting(NotedLaunch::number).containsExactly(2);
  }

  @Test
  void anEarlierLeaderWhoseClockWasAheadMakesALaunchCountNoLonger() {
    book.restore(List.of(new NotedLaunch(1, "old-1", Optional.of(T0.plusSeconds(600)))), T0);
    book.settle(T0.plusSeconds(60), List.of());

    assertThat(book.notes()).isEmpty();
  }

  @Test
  void aNoteOfALaunchThatEc2ShowsByNowSaysNothing() {
    book.restore(List.of(new NotedLaunch(1, "old-1", Optional.empty())), T0);
    book.settle(T0, List.of(node(1)));
    book.plan(1, T0, List.of(node(1)));

    assertThat(taken()).containsExactly(new Launch(2, "argus-2-255-1"));
  }

  @Test
  void aLaunchThatIsBeingNotedCountsHoweverLongThatTakes() {
    book.plan(1, T0, List.of());
    book.settle(T0.plusSeconds(600), List.of());

    assertThat(book.unseen(T0.plusSeconds(600))).hasSize(1);
    assertThat(taken()).hasSize(1);
  }

  @Test
  void aLaunchWhoseNodeIsShownBeforeItIsCalledAgainIsNotCalled() {
    book.restore(List.of(new NotedLaunch(1, "old-1", Optional.empty())), T0);
    book.plan(1, T0, List.of());
    book.noted(book.notes(), T0);
    book.settle(T0.plusSeconds(1), List.of(node(1)));

    assertThat(book.next(T0.plusSeconds(1))).isEmpty();
  }

  @Test
  void aLaunchWhoseNodeHasEndedGivesWayToANewOne() {
    book.restore(List.of(new NotedLaunch(1, "old-1", Optional.empty())), T0);
    book.plan(1, T0, List.of());
    book.over(next());
    book.plan(1, T0, List.of());

    assertThat(taken()).containsExactly(new Launch(1, "argus-1-255-1"));
  }

  @Test
  void aResultThatComesAfterItsLaunchWasForgottenChangesNothing() {
    book.plan(1, T0, List.of());
    Launch old = next();
    book.accepted(old, T0);
    book.settle(T0.plusSeconds(60), List.of());
    book.plan(1, T0.plusSeconds(60), List.of());
    assertThat(next().number()).isEqualTo(old.number());

    book.failed(old, T0.plusSeconds(61));

    assertThat(book.unseen(T0.plusSeconds(61))).hasSize(1);
  }

  /** The next launch, noted like all that are planned. */
  private Launch next() {
    book.noted(book.notes(), T0);
    return book.next(T0).orElseThrow();
  }

  /** Plans one launch that goes to that pool, and calls EC2 for it. */
  private Launch calledIn(String pool) {
    book.plan(1, T0, List.of());
    return nextIn(pool);
  }

  private Launch nextIn(String pool) {
    book.place(token -> new Fleet.Pool(pool, "for the test"), T0);
    return next();
  }

  private List<Launch> taken() {
    List<Launch> launches = new ArrayList<>();
    book.noted(book.notes(), T0);
    for (var next = book.next(T0); next.isPresent(); next = book.next(T0)) {
      launches.add(next.get());
    }
    return launches;
  }

  private static Fleet.Node node(int number) {
    return new Fleet.Node("i-" + number, number, Fleet.State.PENDING, T0, "");
  }
}
