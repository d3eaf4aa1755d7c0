package dev.argus.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.argus.client.Next.Again;
import dev.argus.client.Next.Finish;
import dev.argus.client.Next.LookUp;
import dev.argus.client.Result.Failed;
import dev.argus.client.Result.GaveUp;
import dev.argus.client.Result.Recognised;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NextTest {
  private static final PhotoId ID = PhotoId.random();
  private static final Photo PHOTO = Photo.of("a.jpg", new byte[1]);
  private static final JsonNode NOTHING = MissingNode.getInstance();

  @Test
  void whatIsAcceptedAndNotAnsweredIsLookedUpAtOnce() {
    for (int status : new int[] {202, 504}) {
      Next next = Next.afterUpload(reply(status, Optional.of(ID), NOTHING), true);
      assertThat(next).isEqualTo(new LookUp(ID, Duration.ZERO));
    }
    assertThat(
            Next.afterUpload(reply(202, Optional.empty(), json("{\"id\": \"" + ID + "\"}")), true))
        .isEqualTo(new LookUp(ID, Duration.ZERO));
  }

  @Test
  void aPlainClientLooksNothingUp() {
    Problem problem = Problem.Kind.DEADLINE.because("too slow");
    Reply reply = reply(504, Optional.of(ID), Codec.toJsonNode(problem));
    assertThat(result(Next.afterUpload(reply, false)))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.problem()).isEqualTo(problem));
    assertThat(result(Next.afterUpload(reply(202, Optional.of(ID), NOTHING), false)))
        .isInstanceOf(GaveUp.class);
  }

  @Test
  void whatIsStillPendingIsAskedForWhenArgusSays() {
    Reply reply = new Reply(202, Optional.of(Duration.ofSeconds(3)), Optional.of(ID), NOTHING);
    assertThat(Next.afterLookUp(reply, ID)).isEqualTo(new LookUp(ID, Duration.ofSeconds(3)));
  }

  @Test
  void refusalsAndTroubleOnTheWayAreTriedAgain() {
    for (int status : new int[] {429, 502, 503, 504}) {
      Reply reply = reply(status, Optional.empty(), NOTHING);
      assertThat(Next.afterUpload(reply, true)).isInstanceOf(Again.class);
      assertThat(Next.afterLookUp(reply, ID)).isInstanceOf(Again.class);
    }
    assertThat(Next.afterUpload(reply(502, Optional.empty(), NOTHING), false))
        .isInstanceOf(Finish.class);
  }

  @Test
  void aPhotoThatFailedIsToldTheSameAtItsUploadAndLater() {
    Problem problem = Problem.Kind.UNDECODABLE.because("cut off");
    JsonNode later = Codec.toJsonNode(new ClassifyReply.Failed(ID, "a.jpg", problem));
    JsonNode atUpload = Codec.toJsonNode(problem).put("id", ID.toString()).put("name", "a.jpg");
    Effort effort = Effort.none();
    Failed failed = new Failed(PHOTO, problem, Optional.of(ID), Optional.of("a.jpg"), effort);
    assertThat(result(Next.afterUpload(reply(422, Optional.empty(), atUpload), true)))
        .isEqualTo(failed);
    assertThat(result(Next.afterLookUp(reply(200, Optional.empty(), later), ID))).isEqualTo(failed);
  }

  @Test
  void anAnswerWithoutPredictionsHasItsLabelStill() {
    JsonNode json =
        json(
            "{\"id\": \"%s\", \"name\": \"a.jpg\", \"status\": \"recognised\", \"label\": \"tabby\", \"probability\": 0.2, \"predictions\": [], \"model\": \"m\"}"
                .formatted(ID));
    assertThat(result(Next.afterUpload(reply(200, Optional.empty(), json), true)))
        .isInstanceOfSatisfying(
            Recognised.class,
            recognised -> {
              assertThat(recognised.label()).isEqualTo("tabby");
              assertThat(recognised.predictions()).isEmpty();
            });
  }

  @Test
  void whatCannotBeReadIsNoResultOfArgus() {
    assertThat(result(Next.afterUpload(reply(200, Optional.empty(), NOTHING), true)))
        .isEqualTo(new GaveUp(PHOTO, "200 an answer that cannot be read", Effort.none()));
    assertThat(result(Next.afterUpload(reply(302, Optional.empty(), NOTHING), true)))
        .isInstanceOf(GaveUp.class);
    assertThat(result(Next.afterUpload(reply(500, Optional.empty(), NOTHING), true)))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.problem().status()).isEqualTo(500));
  }

  private static Result result(Next next) {
    return ((Finish) next).result(PHOTO, Effort.none());
  }

  private static Reply reply(int status, Optional<PhotoId> location, JsonNode json) {
    return new Reply(status, Optional.empty(), location, json);
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
