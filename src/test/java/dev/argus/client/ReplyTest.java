package dev.argus.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.DateTime;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Date;
import org.apache.pekko.http.javadsl.model.headers.RetryAfter;
import org.junit.jupiter.api.Test;

class ReplyTest {
  private static final DateTime NOW = DateTime.create(2026, 11, 28, 12, 0, 0);

  @Test
  void retryAfterIsInSecondsOrADateByTheClockOfTheServer() {
    assertThat(retryAfter(HttpResponse.create())).isEmpty();
    assertThat(retryAfter(with(RetryAfter.create(7L)))).contains(Duration.ofSeconds(7));
    assertThat(retryAfter(dated(90_000))).contains(Duration.ofSeconds(90));
    assertThat(retryAfter(dated(-90_000))).contains(Duration.ZERO);
  }

  private static HttpResponse with(RetryAfter header) {
    return HttpResponse.create().addHeader(header);
  }

  private static HttpResponse dated(long millis) {
    return with(RetryAfter.create(NOW.plus(millis))).addHeader(Date.create(NOW));
  }

  private static Optional<Duration> retryAfter(HttpResponse response) {
    return Reply.of(response, "").retryAfter();
  }
}
