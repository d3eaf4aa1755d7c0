package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How a photo is sent to the app nodes and its result is waited for; part of {@code argus.web}.
 *
 * @param inlineLimitBytes a photo up to this size travels in the message
 * @param deadline how long a client waits for its answer at most
 * @param maxWait the longest wait that a client may ask for
 * @param maxPolls clients that wait for the result of an earlier upload, at once
 * @param resultPoll how often they look in the output bucket
 */
public record RequestSettings(
    int inlineLimitBytes, Duration deadline, Duration maxWait, int maxPolls, Duration resultPoll) {

  /** A message holds 1 MiB (an SQS limit), base64 adds a third, and attributes take room too. */
  private static final int MAX_INLINE_BYTES = 700 * 1024;

  public RequestSettings {
    Checks.within("web.inline-limit", inlineLimitBytes, 0, MAX_INLINE_BYTES);
    Checks.positive("web.deadline", deadline);
    Checks.positive("web.max-wait", maxWait);
    Checks.atLeast("web.max-polls", maxPolls, 1);
    Checks.positive("web.result-poll", resultPoll);
  }

  static RequestSettings from(Config c) {
    return new RequestSettings(
        Checks.bytes(c, "web", "inline-limit"),
        c.getDuration("deadline"),
        c.getDuration("max-wait"),
        c.getInt("max-polls"),
        c.getDuration("result-poll"));
  }
}
