package dev.argus.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.protocol.ClassifyRequest.ClaimCheck;
import dev.argus.protocol.ClassifyRequest.Inline;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class CodecTest {
  private static final PhotoId ID = PhotoId.random();

  private static ClassifyRequest request(ClassifyRequest.Payload photo) {
    return new ClassifyRequest(
        ID,
        "größe \"1\".jpg",
        "image/jpeg",
        "argus-responses",
        Instant.parse("2026-11-24T10:00:00.123Z"),
        Optional.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        photo);
  }

  @Property(tries = 100)
  void anInlineRequestComesBackAsItWent(@ForAll byte[] photo) throws Exception {
    ClassifyRequest request = request(new Inline(ByteString.fromArray(photo)));
    assertThat(Codec.decodeRequest(Codec.encode(request))).isEqualTo(request);
  }

  @Test
  void aClaimCheckComesBackAsItWentAndTheBodyIsTheKeyAlone() throws Exception {
    ClassifyRequest request = request(new ClaimCheck(ObjectKeys.photo(ID)));
    WireMessage message = Codec.encode(request);
    assertThat(message.body()).isEqualTo(ID.toString());
    assertThat(Codec.decodeRequest(message)).isEqualTo(request);
  }

  @Test
  void anotherVersionIsRefusedAndNotGuessedAt() {
    WireMessage good = Codec.encode(request(new ClaimCheck("k")));
    Map<String, String> attributes = new HashMap<>(good.attributes());
    attributes.put("version", "2");
    assertThatThrownBy(() -> Codec.decodeRequest(new WireMessage(good.body(), attributes)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("version 1")
        .hasMessageContaining("2");
  }

  @Property(tries = 200)
  void noBodyAndNoAttributesMakeTheCodecThrowAnythingElse(
      @ForAll String body, @ForAll Map<String, String> attributes) {
    Map<String, String> some = new HashMap<>();
    attributes.entrySet().stream().limit(8).forEach(e -> some.put(e.getKey(), e.getValue()));
    some.put("version", Codec.VERSION);
    WireMessage message = new WireMessage(body, some);
    assertThatThrownBy(() -> Codec.decodeRequest(message))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> Codec.decodeResponse(message))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void answersAndNodeReportsComeBackAsTheyWent() throws Exception {
    ClassifyReply recognised =
        new ClassifyReply.Recognised(
            ID,
            "a.jpg",
            List.of(new Prediction("tabby", 0.75), new Prediction("tiger cat", 0.125)),
            "m");
    ClassifyReply failed =
        new ClassifyReply.Failed(ID, "b.jpg", Problem.Kind.UNDECODABLE.because("cut short"));
    StageTimes times =
        new StageTimes(
            Duration.ofMillis(1500),
            Duration.ofMillis(3),
            Duration.ofNanos(5_250_000),
            Duration.ofMillis(8));
    for (ClassifyReply reply : List.of(recognised, failed)) {
      Answer answer = new Answer(reply, "i-1", times);
      assertThat(Codec.decodeResponse(Codec.encode(answer))).isEqualTo(answer);
    }
    NodeReport report =
        new NodeReport("i-1", NodeReport.State.READY, "", Instant.now(), Duration.ofSeconds(3), 2);
    assertThat(Codec.decodeResponse(Codec.encode(report))).isEqualTo(report);
  }

  @Test
  void theJsonOfARecognisedPhotoIsTheContract() throws Exception {
    JsonNode json =
        new ObjectMapper()
            .readTree(
                Codec.toJson(
                    new ClassifyReply.Recognised(
                        ID, "a.jpg", List.of(new Prediction("tabby", 0.5)), "m")));
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("id", "name", "status", "label", "probability", "predictions", "model");
    assertThat(json.get("status").asText()).isEqualTo("recognised");
    assertThat(json.get("label").asText()).isEqualTo("tabby");
    assertThat(json.get("probability").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/predictions/0/label").asText()).isEqualTo("tabby");
  }

  @Test
  void theJsonOfAFailedPhotoHasItsProblem() throws Exception {
    JsonNode json =
        new ObjectMapper()
            .readTree(
                Codec.toJson(
                    new ClassifyReply.Failed(
                        ID, "a.jpg", Problem.Kind.DEAD_LETTERED.because("why"))));
    assertThat(json.fieldNames()).toIterable().containsExactly("id", "name", "status", "problem");
    assertThat(json.at("/problem/type").asText()).endsWith("dead-lettered");
    assertThat(json.at("/problem/detail").asText()).isEqualTo("why");
  }

  @Test
  void aNodeReportCarriesTheStagesOfTheBootAndUnknownOnesOfALaterVersionAreLeftOut()
      throws MalformedMessageException {
    NodeReport report =
        new NodeReport(
            "i-1",
            NodeReport.State.READY,
            "",
            Instant.now(),
            Duration.ofSeconds(33),
            2,
            Map.of(),
            Map.of(
                BootStage.USER_DATA, Duration.ofMillis(12_345),
                BootStage.MODEL, Duration.ofSeconds(2)),
            Map.of());
    WireMessage message = Codec.encode(report);
    assertThat(Codec.decodeResponse(message)).isEqualTo(report);
    WireMessage later =
        new WireMessage(message.body().replace("MODEL", "WARM_UP"), message.attributes());
    assertThat(((NodeReport) Codec.decodeResponse(later)).boot())
        .isEqualTo(Map.of(BootStage.USER_DATA, Duration.ofMillis(12_345)));
  }

  @Test
  void aNodeReportCarriesWhatWasCountedAndUnknownEventsOfALaterVersionAreLeftOut()
      throws MalformedMessageException {
    NodeReport report =
        new NodeReport(
            "i-1",
            NodeReport.State.FAILED,
            "no disk",
            Instant.now(),
            Duration.ofSeconds(3),
            2,
            Map.of(NodeEvent.DUPLICATE, 7L, NodeEvent.STALE_RECEIPT, 1L));
    WireMessage message = Codec.encode(report);
    assertThat(Codec.decodeResponse(message)).isEqualTo(report);
    WireMessage later =
        new WireMessage(
            message.body().replace("STALE_RECEIPT", "SOMETHING_NEW"), message.attributes());
    assertThat(((NodeReport) Codec.decodeResponse(later)).events())
        .isEqualTo(Map.of(NodeEvent.DUPLICATE, 7L));
  }

  @Test
  void aNodeReportCarriesBilledRequestsAndOneOfAnEarlierVersionHasNone()
      throws MalformedMessageException {
    NodeReport report =
        new NodeReport(
            "i-1",
            NodeReport.State.WORKING,
            "",
            Instant.now(),
            Duration.ofSeconds(3),
            2,
            Map.of(NodeEvent.SERVED, 1L),
            Map.of(),
            Map.of(BilledRequest.SQS_SEND, 4L, BilledRequest.S3_PUT, 2L));
    WireMessage message = Codec.encode(report);
    assertThat(Codec.decodeResponse(message)).isEqualTo(report);
    WireMessage earlier =
        new WireMessage(
            message.body().replaceFirst(",\"billed\":\\{[^}]*}", ""), message.attributes());
    assertThat(earlier.body()).doesNotContain("billed").contains("SERVED");
    assertThat(((NodeReport) Codec.decodeResponse(earlier)).billed()).isEmpty();
  }
}
