package dev.argus.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A time on the command line, written as in {@code application.conf}: {@code 500ms}, {@code 30s}.
 */
final class TimeOption implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    try {
      if (text.matches("[0-9.]+ ?[a-z]+")) { // a number alone would be milliseconds
        return ConfigFactory.parseMap(Map.of("time", text)).getDuration("time");
      }
    } catch (ConfigException e) {
      // told below
    }
    throw new TypeConversionException(
        "expected a time such as 500ms, 30s, 5m or 1h, found '" + text + "'");
  }
}
