package dev.argus.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.batch.Manifest.Entry;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PhotosTest {
  private static final Problem GONE = Problem.Kind.UNAVAILABLE.because("gone");
  private final Photos photos = new Photos();

  private static Entry entry(int index) {
    return new Entry(
        index, index + ".png", Optional.of(PhotoId.random()), Optional.empty(), Optional.empty());
  }

  private static ClassifyReply cat(Entry entry) {
    return new ClassifyReply.Recognised(
        entry.id().orElseThrow(), entry.name(), List.of(new Prediction("cat", 1)), "m");
  }

  private List<Integer> told(IndexSet known) {
    return photos.finishedWithout(known, 10).stream().map(BatchPhoto::index).toList();
  }

  private List<PhotoId> sought(int from) {
    return photos.sought(from).stream().map(Photos.Sought::id).toList();
  }

  @Test
  void theyAreToldInTheOrderOfCompletionAndOnlyThoseThatNobodyHereAwaitsAreLookedFor() {
    Entry zero = entry(0);
    Entry one = entry(1);
    Entry two = entry(2);
    photos.put(zero, true);
    photos.put(one, false);
    photos.put(two, false);
    assertThat(sought(2)).containsExactly(two.id().get(), one.id().get());
    assertThat(photos.isAwaiting()).isTrue();
    photos.answered(cat(two));
    photos.leftAlone(0);
    assertThat(photos.isAwaiting()).isFalse();
    assertThat(sought(0)).containsExactly(zero.id().get(), one.id().get());
    photos.lost(zero.id().get(), GONE);
    assertThat(told(IndexSet.none())).containsExactly(2, 0);
    assertThat(told(IndexSet.none().with(2))).containsExactly(0);
    assertThat(photos.allFinished()).isFalse();
    photos.answered(cat(one));
    assertThat(photos.allFinished()).isTrue();
    assertThat(BatchView.counts(photos.all())).isEqualTo(new BatchView.Counts(3, 2, 1));
  }

  @Test
  void whatAnotherWebNodeDiscardedStaysSoWhateverAnswerComesLater() {
    Entry zero = entry(0);
    photos.put(zero, true);
    photos.adopt(List.of(zero.discarded()));
    photos.answered(cat(zero));
    assertThat(photos.all().get(0).problem()).contains(Manifest.cancelledProblem());
    assertThat(photos.all().get(0).isRecognised()).isFalse();
    assertThat(photos.isAwaiting()).isFalse();
  }

  @Test
  void whoFailedIsPendingWhileItIsAskedForAgainAndFailedAgainIfItIsNot() {
    Entry zero = entry(0);
    Entry one = entry(1);
    Entry never = entry(2).refused(GONE);
    photos.put(zero, false);
    photos.put(one, false);
    photos.put(never, false);
    photos.lost(zero.id().get(), GONE);
    photos.lost(one.id().get(), GONE);
    assertThat(photos.askAgain()).containsExactly(zero, one);
    assertThat(BatchView.counts(photos.all())).isEqualTo(new BatchView.Counts(3, 0, 1));
    Entry again =
        new Entry(0, zero.name(), Optional.of(PhotoId.random()), zero.id(), Optional.empty());
    photos.put(again, true);
    photos.askedAgain();
    assertThat(BatchView.counts(photos.all())).isEqualTo(new BatchView.Counts(3, 0, 2));
    photos.answered(cat(zero)); // late, of its old id
    assertThat(photos.allFinished()).isFalse();
    photos.answered(cat(again));
    assertThat(photos.allFinished()).isTrue();
    assertThat(told(IndexSet.none())).contains(0, 1, 2).hasSize(3);
  }
}
