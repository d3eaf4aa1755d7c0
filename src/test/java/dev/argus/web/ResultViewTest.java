package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultViewTest {
  private static final int TOP_K = 5;
  private static final ClassifyReply.Recognised REPLY =
      new ClassifyReply.Recognised(
          PhotoId.random(),
          "a.png",
          List.of(
              new Prediction("cat", 0.5), new Prediction("dog", 0.25), new Prediction("cow", 0.1)),
          "m");

  private static ResultView of(String query) {
    return ResultView.of(HttpRequest.GET("/v1/images" + query), TOP_K);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 3",
    "?top=1, 1",
    "?top=5, 3",
    "?min-probability=0.25, 2",
    "?min-probability=0.6, 0",
    "?min-probability=1, 0",
    "?top=1&min-probability=0, 1",
    "?colour=blue&top=2, 2",
    "?colour=a=b&%3f, 3"
  })
  void leavesOutWhatIsNotAskedFor(String query, int predictions) {
    var json = of(query).json(REPLY);
    assertThat(json.get("predictions")).hasSize(predictions);
    assertThat(json.get("label").asText()).isEqualTo("cat");
    assertThat(json.get("probability").asDouble()).isEqualTo(0.5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?top=0",
        "?top=6",
        "?top=-1",
        "?top=1.5",
        "?top=many",
        "?top=99999999999",
        "?top=",
        "?min-probability=1.1",
        "?min-probability=-0.1",
        "?min-probability=NaN",
        "?min-probability=0x1",
        "?min-probability=50%25",
        "?min-probability="
      })
  void whatCannotBeIsABadRequestThatSaysWhatCan(String query) {
    assertThatThrownBy(() -> of(query))
        .isInstanceOfSatisfying(
            PhotoException.class,
            e -> assertThat(e.problem().is(Problem.Kind.BAD_REQUEST)).isTrue())
        .hasMessageContaining(query.contains("top") ? "from 1 to 5" : "from 0 to 1");
  }

  @Test
  void plainTextSaysThatTheBestIsLessSureThanAskedFor() {
    assertThat(ResultView.ALL.label(REPLY)).isEqualTo("cat");
    assertThat(of("?min-probability=0.5").label(REPLY)).isEqualTo("cat");
    assertThat(of("?min-probability=0.9").label(REPLY)).isEqualTo("cat (0.5, below 0.9)");
  }

  @Test
  void aFailedPhotoIsToldWhole() {
    ClassifyReply failed =
        new ClassifyReply.Failed(
            PhotoId.random(), "b.png", Problem.Kind.UNDECODABLE.because("It is no photo."));
    assertThat(of("?top=1").json(failed)).isEqualTo(Codec.toJsonNode(failed));
  }
}
