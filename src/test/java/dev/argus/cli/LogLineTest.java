package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the log does with text from outside; it is the logging configuration as shipped. */
class LogLineTest {
  private static final String FORGED =
      "2026-01-01T00:00:00.000Z ERROR Main                 all photos are lost";

  private final LoggerContext context = new LoggerContext();
  private Encoder<ILoggingEvent> encoder;

  @BeforeEach
  void configure() throws Exception {
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
}
