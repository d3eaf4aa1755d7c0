package dev.argus.cli;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Keeps what this process logs in a file too, in the same form: the latest {@link #SIZE} and the
 * same before that.
 */
final class LogFile implements AutoCloseable {
  private static final long SIZE = 20 * FileSize.MB_COEFFICIENT;
  private static final String CONSOLE = "STDERR"; // its name in logback.xml

  private final Logger root;
  private final RollingFileAppender<ILoggingEvent> appender;

  private LogFile(Logger root, RollingFileAppender<ILoggingEvent> appender) {
    this.root = root;
    this.appender = appender;
  }

  /** Begins, or goes on with what lies there. */
  static LogFile open(Path file) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setFile(file.toString());

    Encoder<ILoggingEvent> encoder = encoderLikeThatOf(root);
    encoder.setContext(context);
    encoder.start();
    appender.setEncoder(encoder);

    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMinIndex(1);
    rolling.setMaxIndex(1);
    rolling.start();
    appender.setRollingPolicy(rolling);

    SizeBasedTriggeringPolicy<ILoggingEvent> full = new SizeBasedTriggeringPolicy<>();
    full.setContext(context);
    full.setMaxFileSize(new FileSize(SIZE));
    full.start();
    appender.setTriggeringPolicy(full);

    appender.start();
    root.addAppender(appender);
    return new LogFile(root, appender);
  }

  private static Encoder<ILoggingEvent> encoderLikeThatOf(Logger root) {
    var console = (OutputStreamAppender<ILoggingEvent>) root.getAppender(CONSOLE);
    if (console.getEncoder() instanceof PatternLayoutEncoder text) {
      PatternLayoutEncoder encoder = new PatternLayoutEncoder();
      encoder.setPattern(text.getPattern());
      return encoder;
    }
    return new JsonLog();
  }

  @Override
  public void close() {
    root.detachAppender(appender);
    appender.stop();
  }
}
