package dev.argus.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.DeadLetter;
import dev.argus.protocol.DeadLetterCodec;
import dev.argus.protocol.DeadLetterHistory;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.PhotoState;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import dev.argus.protocol.ResultFacts;
import dev.argus.protocol.StageTimes;
import dev.argus.simulation.InMemoryObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class StoryTellerTest {
  private final PhotoId id = PhotoId.random();
  private final Instant accepted = id.acceptedAt();
  private final InMemoryObjectStore store = new InMemoryObjectStore();

  private Story story(PhotoLogs logs) {
    return new StoryTeller(Optional.of(store), logs).of(id);
  }

  private Story story() {
    return story(photo -> List.of());
  }

  private static StoryEvent logged(Instant at, String what) {
    return new StoryEvent(Optional.of(at), "i-1", what);
  }

  private void put(Bucket bucket, String key, String text, Map<String, String> metadata) {
    store.put(bucket, key, new StoredObject(ByteString.fromString(text), "image/png", metadata));
  }

  private void accept() {
    put(Bucket.INPUT, ObjectKeys.photo(id), "photo", Map.of("name", "cat+1.png"));
  }

  private void answer(ClassifyReply reply, Instant at) {
    StageTimes times =
        new StageTimes(
            Duration.ofMillis(70),
            Duration.ofMillis(3),
            Duration.ofMillis(5),
            Duration.ofMillis(8));
    put(
        Bucket.OUTPUT,
        ObjectKeys.result(id),
        Codec.toJson(reply),
        new ResultFacts(at, "i-1", 2, times).toMetadata());
  }

  private ClassifyReply recognised() {
    return new ClassifyReply.Recognised(id, "cat", List.of(new Prediction("tabby", 0.93)), "m");
  }

  @Test
  void whatHappenedIsToldInTheOrderOfTimeFromS3AndTheLogs() {
    accept();
    answer(recognised(), accepted.plusMillis(300));
    Story story =
        story(
            photo ->
                List.of(
                    logged(accepted.plusMillis(400), "is answered"),
                    logged(accepted.plusMillis(50), "is sent to the app nodes")));

    assertThat(story.events())
        .extracting(StoryEvent::what)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("accepted: cat 1.png, image/png, 5 bytes"),
            second -> assertThat(second).isEqualTo("is sent to the app nodes"),
            third ->
                assertThat(third)
                    .contains("tabby, probability 0.93", "i-1", "receive 2", "queued 70 ms"),
            fourth -> assertThat(fourth).isEqualTo("is answered"));
    assertThat(story.state()).contains(PhotoState.ANSWERED);
    assertThat(story.notes()).isEmpty();
  }

  @Test
  void aPhotoThatWasGivenUpIsToldWithItsReasonAndWhatToDo() {
    accept();
    answer(
        new ClassifyReply.Failed(
            id, "cat", Problem.Kind.DEAD_LETTERED.because("Given up after 5 receives")),
        accepted.plusSeconds(200));
    put(Bucket.STATE, ObjectKeys.attempts(id), "3 some-receipt", Map.of());
    put(
        Bucket.STATE,
        ObjectKeys.deadLetter(id.toString()),
        DeadLetterCodec.toJson(
                new DeadLetter.GivenUp(
                    id,
                    "cat",
                    "image/png",
                    "replies",
                    true,
                    accepted.plusSeconds(199),
                    new DeadLetterHistory(5, 3, accepted, "i-7", "its node ended")))
            .toString(),
        Map.of());

    Story story = story();

    assertThat(story.events())
        .extracting(StoryEvent::what)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("accepted"),
            second ->
                assertThat(second)
                    .contains("Given up after 5 receives", "by i-7", "its node ended"),
            third -> assertThat(third).startsWith("result stored: failed"),
            // has no time: comes last
            fourth -> assertThat(fourth).contains("alone", "times: 3").doesNotContain("receipt"));
    assertThat(story.ending(accepted)).contains("argus dead redrive " + id);
  }

  @Test
  void aPhotoWithoutAResultIsPendingAndOneOfAnEarlierVersionHasNoFacts() {
    accept();
    assertThat(story().state()).contains(PhotoState.PENDING);
    assertThat(story().ending(accepted.plusSeconds(77))).contains("77 s");

    put(Bucket.OUTPUT, ObjectKeys.result(id), Codec.toJson(recognised()), Map.of());
    assertThat(story().events().get(1).at()).isEmpty();
    assertThat(story().events().get(1).what()).contains("tabby", "not noted");
  }

  @Test
  void whatCannotBeReadIsANoteAndTheRestIsToldAllTheSame() {
    accept();
    put(Bucket.OUTPUT, ObjectKeys.result(id), "garbage", Map.of());
    Story story =
        story(
            photo -> {
              throw new IOException("the logs are elsewhere");
            });
    assertThat(story.notes()).containsExactly("the logs are elsewhere");
    assertThat(story.events()).hasSize(2);
    assertThat(story.events().get(1).what()).contains("cannot be read");

    store.setDown(true);
    Story withoutStore = story(photo -> List.of(logged(accepted, "is sent to the app nodes")));
    assertThat(withoutStore.notes()).hasSize(4);
    assertThat(withoutStore.state()).isEmpty();
    assertThat(withoutStore.events()).hasSize(1);
  }

  @Test
  void ofAPhotoThatNobodyHasSeenNothingIsKnown() {
    assertThat(story().isKnown()).isFalse();
    assertThat(story().state()).isEmpty();
  }
}
