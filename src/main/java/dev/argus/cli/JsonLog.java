package dev.argus.cli;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.argus.protocol.PhotoId;
import dev.argus.tracing.Tracing;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One JSON object a line, with the photo that a line names as {@code photo} and its trace, if there
 * is one, as {@code trace_id}. {@code logback.xml} chooses it where {@code ARGUS_LOG_FORMAT} is
 * {@code json}.
 *
 * <p>What terminals obey is escaped, wherever it comes from.
 */
public final class JsonLog extends JsonEncoder {
  /** Beyond what JSON itself escapes; a record ends with the only line's end. */
  private static final Pattern CONTROL =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\x{2028}\\x{2029}&&[^\n]]");

  public JsonLog() {
    setWithSequenceNumber(false);
    setWithNanoseconds(false);
    setWithContext(false);
    setWithMDC(false);
    setWithKVPList(false);
    setWithMessage(false);
    setWithArguments(false);
    setWithFormattedMessage(true);
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    String line = new String(super.encode(event), StandardCharsets.UTF_8);
    return CONTROL.matcher(line).replaceAll(JsonLog::escaped).getBytes(StandardCharsets.UTF_8);
  }

  private static String escaped(MatchResult found) {
    return found
        .group()
        .chars()
        .mapToObj("\\\\u%04x"::formatted) // the first of two backslashes is for replaceAll
        .collect(Collectors.joining());
  }

  @Override
  protected void appendCustomFields(StringBuilder line, ILoggingEvent event) {
    Object[] arguments = event.getArgumentArray();
    Stream.of(arguments == null ? new Object[0] : arguments)
        .filter(PhotoId.class::isInstance)
        .findFirst()
        .ifPresent(photo -> member(line, "photo", photo.toString()));
    traceId(event).ifPresent(id -> member(line, Tracing.TRACE_ID, id));
  }

  private static Optional<String> traceId(ILoggingEvent event) {
    return Optional.ofNullable(event.getKeyValuePairs()).stream()
        .flatMap(pairs -> pairs.stream())
        .filter(pair -> pair.key.equals(Tracing.TRACE_ID))
        .map(pair -> Objects.toString(pair.value))
        .findFirst();
  }

  private void member(StringBuilder line, String name, String value) {
    line.append(VALUE_SEPARATOR);
    appenderMember(line, name, value); // ids: nothing to escape
  }
}
