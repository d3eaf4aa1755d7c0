package dev.argus.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

/**
 * Keeps the first error that Pekko logs on the thread that made this, whatever the loggers' levels.
 *
 * <p>An actor that throws is resumed, restarted or stopped, and only the log is told. Nothing of a
 * run happens on another thread, so runs side by side do not see each other's errors. Errors that
 * Argus's own classes log do not count: they are of what these deal with.
 */
final class ErrorLog extends TurboFilter implements AutoCloseable {
  /**
   * An error.
   *
   * @param logger most often named after the class that failed
   * @param cause may be missing
   */
  record Entry(String logger, String text, Optional<Throwable> cause) {}

  private final Thread owner = Thread.currentThread();
  private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
  private Optional<Entry> first = Optional.empty();

  ErrorLog() {
    loggers.addTurboFilter(this);
  }

  Optional<Entry> first() {
    return first;
  }

  @Override
  public FilterReply decide(
      Marker marker, Logger logger, Level level, String format, Object[] values, Throwable cause) {
    boolean isQuestion = format == null && cause == null; // whether errors are logged at all
    if (level != Level.ERROR
        || isQuestion
        || Thread.currentThread() != owner
        || !StackWalker.getInstance().walk(ErrorLog::isOfPekko)) {
      return FilterReply.NEUTRAL;
    }
    if (first.isEmpty()) {
      String text = MessageFormatter.basicArrayFormat(format, values);
      first = Optional.of(new Entry(logger.getName(), text, Optional.ofNullable(cause)));
    }
    return FilterReply.DENY; // whoever runs the simulation tells it
  }

  /** Whether the class that called the logger is one of Pekko's. */
  private static boolean isOfPekko(Stream<StackWalker.StackFrame> callers) {
    return callers
        .map(StackWalker.StackFrame::getClassName)
        .filter(name -> !name.equals(ErrorLog.class.getName()))
        .filter(name -> !name.startsWith("ch.qos.logback."))
        .findFirst()
        .filter(name -> name.startsWith("org.apache.pekko."))
        .isPresent();
  }

  @Override
  public void close() {
    loggers.getTurboFilterList().remove(this);
  }
}
