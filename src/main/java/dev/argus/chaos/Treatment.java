package dev.argus.chaos;

import java.time.Duration;

/** What a {@link FaultProxy} does with a call. */
public sealed interface Treatment {
  /** Passes it on, and its answer back. */
  record Pass() implements Treatment {}

  /** Passes it on after a time. */
  record Delay(Duration time) implements Treatment {}

  /** Answers it with this; the service never hears of it. */
  record Answer(int status, String contentType, String body) implements Treatment {}

  /** Cuts the connection after a time; the service never hears of it. */
  record Cut(Duration after) implements Treatment {}

  /** Passes it on, then cuts the connection in place of the answer: done, but nobody was told. */
  record LoseAnswer() implements Treatment {}

  /** Passes it on twice, one after the other, and answers with the second answer. */
  record Twice() implements Treatment {}
}
