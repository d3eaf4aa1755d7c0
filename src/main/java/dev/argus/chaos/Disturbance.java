package dev.argus.chaos;

import java.time.Duration;
import java.util.Random;
import java.util.function.Function;

/** A way in which calls of a service go wrong: each call by a chance of its own. */
enum Disturbance {
  /** Up to two seconds late. */
  DELAYED("calls delayed") {
    @Override
    Treatment of(Call call, Random random) {
      return random.nextInt(3) > 0
          ? new Treatment.Delay(Duration.ofMillis(50 + random.nextInt(1950)))
          : PASS;
    }
  },
  /** Messages are sent twice. */
  DOUBLED("messages duplicated") {
    @Override
    Treatment of(Call call, Random random) {
      return call.isSend() && random.nextBoolean() ? new Treatment.Twice() : PASS;
    }
  },
  /** Deletes do not arrive, so that messages come again. */
  KEPT("deletes lost") {
    @Override
    Treatment of(Call call, Random random) {
      return call.isDelete() && random.nextInt(4) > 0 ? new Treatment.Cut(NOW) : PASS;
    }
  },
  /** What was done is not told. */
  UNANSWERED("answers lost") {
    @Override
    Treatment of(Call call, Random random) {
      return random.nextInt(3) == 0 ? new Treatment.LoseAnswer() : PASS;
    }
  },
  /** Too many calls, the service says. */
  THROTTLED("calls throttled") {
    @Override
    Treatment of(Call call, Random random) {
      return random.nextInt(3) > 0 ? tooMany(call) : PASS;
    }
  },
  /** An answer that nobody can read, as a broken load balancer gives it. */
  GARBLED("garbage answered") {
    @Override
    Treatment of(Call call, Random random) {
      return random.nextInt(3) == 0
          ? new Treatment.Answer(502, "text/html", "<html><h1>502 Bad Gateway</h1>")
          : PASS;
    }
  },
  /** No answer for some seconds, then the connection breaks. */
  HUNG("calls hung") {
    @Override
    Treatment of(Call call, Random random) {
      return random.nextInt(4) == 0
          ? new Treatment.Cut(Duration.ofMillis(1000 + random.nextInt(4000)))
          : PASS;
    }
  };

  private static final Treatment PASS = new Treatment.Pass();
  private static final Duration NOW = Duration.ofMillis(1);

  private final String label;

  Disturbance(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  abstract Treatment of(Call call, Random random);

  /** Treats calls by this disturbance; the function may be used by many threads. */
  Function<Call, Treatment> seeded(long seed) {
    Random random = new Random(seed); // safe for use by many threads
    return call -> of(call, random);
  }

  private static Treatment tooMany(Call call) {
    return call.action().isEmpty()
        ? new Treatment.Answer(
            503,
            "application/xml",
            "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code>"
                + "<Message>Please reduce your request rate.</Message></Error>")
        : new Treatment.Answer(
            400,
            "application/x-amz-json-1.0",
            "{\"__type\":\"com.amazonaws.sqs#RequestThrottled\",\"message\":\"Slow down\"}");
  }
}
