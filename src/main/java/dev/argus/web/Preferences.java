package dev.argus.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * What a client prefers, by its {@code Prefer} headers (RFC 7240).
 *
 * @param respondAsync {@code respond-async}: do not wait for the answer
 * @param patience {@code wait=N}: wait this long at most; bounded by {@code argus.web.max-wait}
 */
record Preferences(boolean respondAsync, Optional<Duration> patience) {
  private static final Pattern WAIT =
      Pattern.compile("wait\\s*=\\s*\"?(\\d{1,6})\"?", Pattern.CASE_INSENSITIVE);

  static Preferences none() {
    return new Preferences(false, Optional.empty());
  }

  static Preferences of(HttpRequest request, Duration maxWait) {
    List<String> preferences = new ArrayList<>();
    for (HttpHeader header : request.getHeaders()) {
      if (header.is("prefer")) {
        preferences.addAll(List.of(header.value().split("[,;]")));
      }
    }
    boolean respondAsync = false;
    Optional<Duration> wait = Optional.empty();
    for (String preference : preferences) {
      String token = preference.strip();
      Matcher matcher = WAIT.matcher(token);
      if (token.equalsIgnoreCase("respond-async")) {
        respondAsync = true;
      } else if (matcher.matches()) {
        Duration asked = Duration.ofSeconds(Long.parseLong(matcher.group(1)));
        wait = Optional.of(asked.compareTo(maxWait) > 0 ? maxWait : asked);
      }
    }
    return new Preferences(respondAsync, wait);
  }

  /** When an upload's client wants to hear that its photo is pending; empty if it rather waits. */
  Optional<Duration> pendingAfter() {
    return patience.isPresent()
        ? patience
        : respondAsync ? Optional.of(Duration.ZERO) : Optional.empty();
  }

  /** The value of {@code Preference-Applied}; empty if there was no preference. */
  Optional<String> applied() {
    List<String> applied = new ArrayList<>();
    if (respondAsync) {
      applied.add("respond-async");
    }
    patience.ifPresent(wait -> applied.add("wait=" + wait.toSeconds()));
    return applied.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", applied));
  }
}
