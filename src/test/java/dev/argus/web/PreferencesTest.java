package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;

class PreferencesTest {
  private static Preferences of(String... headers) {
    HttpRequest request = HttpRequest.GET("/");
    for (String header : headers) {
      request = request.addHeader(RawHeader.create("Prefer", header));
    }
    return Preferences.of(request, Duration.ofSeconds(60));
  }

  @Test
  void withoutTheHeaderTheClientWaits() {
    assertThat(of().pendingAfter()).isEmpty();
    assertThat(of().applied()).isEmpty();
  }

  @Test
  void respondAsyncMeansAtOnce() {
    assertThat(of("respond-async").pendingAfter()).contains(Duration.ZERO);
    assertThat(of("Respond-Async").applied()).contains("respond-async");
  }

  @Test
  void aWaitIsKeptWithinTheLimit() {
    assertThat(of("wait=5").pendingAfter()).contains(Duration.ofSeconds(5));
    assertThat(of("respond-async, wait=10").pendingAfter()).contains(Duration.ofSeconds(10));
    assertThat(of("respond-async", "wait=\"7\"").pendingAfter()).contains(Duration.ofSeconds(7));
    assertThat(of("wait=9999").applied()).contains("wait=60");
  }

  @Test
  void allThatIsAppliedIsTold() {
    assertThat(of("respond-async, wait=10").applied()).contains("respond-async, wait=10");
  }

  @Test
  void namesAreTheSameInCapitals() {
    assertThat(of("Wait=5").pendingAfter()).contains(Duration.ofSeconds(5));
  }

  @Test
  void whatIsNotUnderstoodIsIgnored() {
    assertThat(of("wait=-1", "wait=soon", "return=minimal", "wait=99999999999").pendingAfter())
        .isEmpty();
  }
}
