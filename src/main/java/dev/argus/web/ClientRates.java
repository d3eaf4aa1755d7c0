package dev.argus.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.argus.config.ClientRateSettings;
import dev.argus.protocol.Problem;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How fast each client sends: a token bucket for each, of which a photo takes one token.
 *
 * <p>A client that was silent until its bucket is full again is forgotten, which makes no
 * difference; and so is the one silent for longest when there are more than {@code
 * argus.web.max-clients}, which then starts with a full bucket. Safe for use by many threads.
 */
final class ClientRates {
  private final int rate;
  private final int burst;
  private final TimeMeter time;
  private final Cache<String, Bucket> buckets;

  ClientRates(ClientRateSettings settings, InstantSource clock) {
    this.rate = settings.rate();
    this.burst = settings.burst();
    this.time = new ClockMeter(clock);
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(settings.maxClients())
            .expireAfterAccess(Duration.ofSeconds(1 + burst / rate))
            .ticker(time::currentTimeNanos)
            .build();
  }

  /** Takes a token; else says how long until there is one, and takes none. */
  Duration take(String client) {
    var probe = buckets.get(client, key -> fullBucket()).tryConsumeAndReturnRemaining(1);
    return probe.isConsumed()
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill()));
  }

  /** What a client is told that has to pause for so long. */
  Refusal refusal(Duration pause) {
    return new Refusal(
        Refusal.Reason.CLIENT_RATE,
        Problem.Kind.RATE_LIMITED.because(
            "A client may send %,d photos at once and %,d each second after that."
                .formatted(burst, rate)),
        Optional.of(pause));
  }

  private Bucket fullBucket() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(burst).refillGreedy(rate, Duration.ofSeconds(1)))
        .withCustomTimePrecision(time)
        .build();
  }

  private record ClockMeter(InstantSource clock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return clock.millis() * 1_000_000;
    }

    @Override
    public boolean isWallClockBased() {
      return true;
    }
  }
}
