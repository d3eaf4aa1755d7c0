package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.protocol.PhotoId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** What the log does with text from outside; it is the logging configuration as shipped. */
class LogLineTest {
  private static final String FORGED =
      "2026-01-01T00:00:00.000Z ERROR Main                 all photos are lost";

  private final LoggerContext context = new LoggerContext();
  private Encoder<ILoggingEvent> encoder;

  @BeforeEach
  void configure() throws Exception {
    configure("text");
  }

  private void configure(String format) throws Exception {
    context.reset();
    context.putProperty("ARGUS_LOG_FORMAT", format);
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(getClass().getResource("/logback.xml"));
    encoder =
        ((OutputStreamAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("STDERR"))
            .getEncoder();
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private String logged(String message, Throwable failure, Object... arguments) {
    LoggingEvent event =
        new LoggingEvent(
            "test", context.getLogger("dev.argus.Test"), Level.WARN, message, failure, arguments);
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void aFileNameWithLineEndsAndTerminalCodesIsOneCleanLine() {
    String line =
        logged("took {}", null, "cat\r\n" + FORGED + "\u001b[31m\u0007\u202e\u2028\u0085.jpg");
    assertThat(line).endsWith(".jpg\n").contains("took cat " + FORGED);
    assertThat(line.strip()).doesNotContain("\n").doesNotMatch("(?s).*[\\p{Cc}\\p{Cf}].*");
  }

  @Test
  void theMessageOfAnExceptionCannotLookLikeALineOfItsOwn() {
    String lines =
        logged(
            "failed",
            new IllegalStateException(
                "quoted:\n" + FORGED + "\r" + FORGED + "\u001b[2J",
                new IllegalArgumentException("inner\r\n" + FORGED)));
    assertThat(lines).doesNotContain("\u001b").doesNotContain("\r").contains("quoted:");
    assertThat(List.of(lines.split("\n")))
        .hasSizeGreaterThan(5)
        .noneMatch(line -> line.startsWith("2026-01"))
        .filteredOn(line -> line.startsWith("\tat "))
        .isNotEmpty();
  }

  @Test
  void whatIsHarmlessIsLeftAlone() {
    assertThat(logged("größe 猫 \t {}", null, "naïve.jpg")).contains("größe 猫 \t naïve.jpg");
  }

  @Test
  void asJsonALineIsAnObjectWithThePhotoAndItsTraceAndNothingThatTerminalsObey() throws Exception {
    configure("json");
    PhotoId photo = PhotoId.random();
    LoggingEvent event =
        new LoggingEvent(
            "test",
            context.getLogger("dev.argus.Test"),
            Level.INFO,
            "{} is done: {}",
            new IllegalStateException("why\u009b"),
            new Object[] {photo, "cat\r\n\u001b[31m\u202e\u2028\u0085\udb40\udc01.jpg"});
    event.addKeyValuePair(new KeyValuePair("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"));
    String line = new String(encoder.encode(event), StandardCharsets.UTF_8);

    assertThat(line).endsWith("}\n");
    assertThat(line.strip()).doesNotMatch("(?s).*[\\p{Cc}\\p{Cf}\u2028].*");
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.get("photo").textValue()).isEqualTo(photo.toString());
    assertThat(json.get("trace_id").textValue()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(json.get("level").textValue()).isEqualTo("INFO");
    assertThat(json.get("formattedMessage").textValue())
        .isEqualTo(photo + " is done: cat\r\n\u001b[31m\u202e\u2028\u0085\udb40\udc01.jpg");
    assertThat(json.at("/throwable/message").textValue()).isEqualTo("why\u009b");
  }

  @Test
  void aFormatThatDoesNotExistIsRefused() {
    assertThatThrownBy(() -> LogFormat.check(Map.of("ARGUS_LOG_FORMAT", "xml")))
        .hasMessageContaining("expected text or json, found \"xml\"");
    LogFormat.check(Map.of("ARGUS_LOG_FORMAT", "json"));
    LogFormat.check(Map.of());
  }
}
