package dev.argus.localaws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MetadataTokensTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-31T12:00:00Z"));
  private final MetadataTokens tokens =
      new MetadataTokens(
          new Clock() {
            @Override
            public Instant instant() {
              return now.get();
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          });

  @Test
  void aTokenIsValidForItsLifetime() {
    String token = tokens.issue(Duration.ofSeconds(10));
    now.updateAndGet(t -> t.plusSeconds(9));
    assertThat(tokens.isValid(token)).isTrue();
    now.updateAndGet(t -> t.plusSeconds(1));
    assertThat(tokens.isValid(token)).isFalse();
    assertThat(tokens.isValid("guessed")).isFalse();
  }

  @Test
  void ofVeryManyTokensTheOldestGiveWay() {
    String oldest = tokens.issue(Duration.ofHours(1));
    String newest = "";
    for (int i = 0; i < 1000; i++) {
      newest = tokens.issue(Duration.ofHours(1));
    }
    assertThat(tokens.isValid(oldest)).isFalse();
    assertThat(tokens.isValid(newest)).isTrue();
  }
}
