package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
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
            new Launch(2, "argus-2-ff-1"),
            new Launch(4, "argus-4-ff-2"),
            new Launch(5, "argus-5-ff-3"));
  }

  @Test
  void tokensFitIntoWhatEc2Allows() {
    LaunchBook longest = new LaunchBook("a".repeat(31), -1, VISIBILITY);
    longest.plan(10_000, T0, List.of());

    for (int i = 0; i < 10_000; i++) {
      assertThat(longest.next(T0).orElseThrow().clientToken()).hasSizeLessThanOrEqualTo(64);
    }
  }

  @Test
  void aPlannedLaunchCountsUntilEc2ShowsIt() {
    book.plan(2, T0, List.of());
    assertThat(book.unseen(T0.plusSeconds(3)))
        .containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(3));

    Launch first = book.next(T0).orElseThrow();
    book.accepted(first, T0.plusSeconds(1));
    assertThat(book.unseen(T0.plusSeconds(3))).hasSize(2);

    book.settle(T0.plusSeconds(4), List.of(node(first.number())));
    assertThat(book.unseen(T0.plusSeconds(4))).hasSize(1);
  }

  @Test
  void aLaunchThatEc2NeverShowsCountsForTheVisibilityTimeoutOnly() {
    book.plan(1, T0, List.of());
    book.accepted(book.next(T0).orElseThrow(), T0.plusSeconds(2));

    book.settle(T0.plusSeconds(61), List.of());
    assertThat(book.unseen(T0.plusSeconds(61))).hasSize(1);

    book.settle(T0.plusSeconds(62), List.of());
    assertThat(book.unseen(T0.plusSeconds(62))).isEmpty();
  }

  @Test
  void aFailedLaunchDoesNotCountAndItsTokenIsUsedAgain() {
    book.plan(1, T0, List.of());
    Launch first = book.next(T0).orElseThrow();
    book.failed(first, T0.plusSeconds(1));
    assertThat(book.unseen(T0.plusSeconds(1))).isEmpty();

    book.plan(2, T0.plusSeconds(5), List.of());

    assertThat(taken()).containsExactly(first, new Launch(2, "argus-2-ff-2"));
  }

  @Test
  void aFailedLaunchIsForgottenOnceEc2WouldShowItsNode() {
    book.plan(1, T0, List.of());
    book.failed(book.next(T0).orElseThrow(), T0);
    book.settle(T0.plusSeconds(60), List.of());

    book.plan(1, T0.plusSeconds(60), List.of());

    assertThat(taken()).containsExactly(new Launch(1, "argus-1-ff-2"));
  }

  @Test
  void aFailedLaunchThatStartedANodeAfterAllIsNotRepeated() {
    book.plan(1, T0, List.of());
    book.failed(book.next(T0).orElseThrow(), T0);
    book.settle(T0.plusSeconds(10), List.of(node(1)));

    book.plan(1, T0.plusSeconds(10), List.of(node(1)));

    assertThat(taken()).containsExactly(new Launch(2, "argus-2-ff-2"));
  }

  @Test
  void aFailureStopsTheLaunchesThatHaveNotBegun() {
    book.plan(5, T0, List.of());
    Launch first = book.next(T0).orElseThrow();
    Launch second = book.next(T0).orElseThrow();
    book.failed(first, T0);

    assertThat(book.next(T0)).isEmpty();
    assertThat(book.unseen(T0)).hasSize(1);
    book.accepted(second, T0);
    assertThat(book.unseen(T0)).hasSize(1);
  }

  @Test
  void whatAnEarlierRunHasNotedIsCalledAgainBeforeAnythingNewIsLaunched() {
    book.restore(List.of(note(2, "old-2", T0.minusSeconds(5))), T0);
    assertThat(book.unseen(T0)).isEmpty();

    book.plan(2, T0, List.of(node(1)));

    assertThat(taken()).containsExactly(new Launch(2, "old-2"), new Launch(3, "argus-3-ff-1"));
  }

  @Test
  void aNoteOfSlowCallsForANodeThatIsStillHiddenIsNotOld() {
    book.restore(List.of(note(1, "old-1", T0.minusSeconds(179))), T0);
    book.plan(1, T0, List.of());

    assertThat(taken()).containsExactly(new Launch(1, "old-1"));
  }

  @Test
  void anOldNoteSaysNothing() {
    book.restore(
        List.of(note(1, "old-1", T0.minusSeconds(180)), note(2, "old-2", Instant.MIN)), T0);
    book.plan(1, T0, List.of());

    assertThat(taken()).containsExactly(new Launch(1, "argus-1-ff-1"));
  }

  @Test
  void aNoteOfALaunchThatEc2ShowsByNowSaysNothing() {
    book.restore(List.of(note(1, "old-1", T0.plusSeconds(3600))), T0); // by a clock that is ahead
    book.settle(T0, List.of(node(1)));
    book.plan(1, T0, List.of(node(1)));

    assertThat(taken()).containsExactly(new Launch(2, "argus-2-ff-1"));
  }

  @Test
  void aNoteThatCannotBeReadCountsAsANodeUntilItMustHaveBeenShown() {
    book.restore(List.of(new LaunchNotes.Note(1, Optional.empty(), T0)), T0);
    assertThat(book.unseen(T0)).hasSize(1);
    book.plan(1, T0, List.of());
    assertThat(taken()).containsExactly(new Launch(2, "argus-2-ff-1"));

    book.settle(T0.plusSeconds(60), List.of());
    assertThat(book.unseen(T0.plusSeconds(60))).hasSize(1);
  }

  @Test
  void aLaunchThatIsBeingNotedCountsHoweverLongThatTakes() {
    book.plan(1, T0, List.of());
    Launch launch = book.next(T0).orElseThrow();
    book.settle(T0.plusSeconds(600), List.of());

    assertThat(book.unseen(T0.plusSeconds(600))).hasSize(1);
    assertThat(book.call(launch, T0.plusSeconds(600))).isTrue();
  }

  @Test
  void aLaunchWhoseNodeIsShownBeforeItIsCalledAgainIsNotCalled() {
    book.restore(List.of(note(1, "old-1", T0)), T0);
    book.plan(1, T0, List.of());
    Launch launch = book.next(T0).orElseThrow();
    book.settle(T0.plusSeconds(1), List.of(node(1)));

    assertThat(book.call(launch, T0.plusSeconds(1))).isFalse();
  }

  @Test
  void aLaunchWhoseNodeHasEndedGivesWayToANewOne() {
    book.restore(List.of(note(1, "old-1", T0)), T0);
    book.plan(1, T0, List.of());
    book.over(book.next(T0).orElseThrow());
    book.plan(1, T0, List.of());

    assertThat(taken()).containsExactly(new Launch(1, "argus-1-ff-1"));
  }

  @Test
  void aResultThatComesAfterItsLaunchWasForgottenChangesNothing() {
    book.plan(1, T0, List.of());
    Launch old = book.next(T0).orElseThrow();
    book.call(old, T0);
    book.settle(T0.plusSeconds(60), List.of());
    book.plan(1, T0.plusSeconds(60), List.of());
    assertThat(book.next(T0.plusSeconds(60))).isPresent();

    book.failed(old, T0.plusSeconds(61));

    assertThat(book.unseen(T0.plusSeconds(61))).hasSize(1);
  }

  private List<Launch> taken() {
    List<Launch> launches = new ArrayList<>();
    for (var next = book.next(T0); next.isPresent(); next = book.next(T0)) {
      launches.add(next.get());
    }
    return launches;
  }

  private static LaunchNotes.Note note(int number, String token, Instant at) {
    return new LaunchNotes.Note(number, Optional.of(token), at);
  }

  private static Fleet.Node node(int number) {
    return new Fleet.Node("i-" + number, number, Fleet.State.PENDING, T0, "");
  }
}
