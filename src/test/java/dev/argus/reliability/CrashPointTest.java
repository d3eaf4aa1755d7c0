package dev.argus.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.argus.reliability.CrashPoint.When;
import dev.argus.reliability.CrashRun.Scenario;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that dies at any of its calls leaves exactly one visible answer to each photo that was
 * accepted, and none to one that was not.
 *
 * <p>The calls are those of a run in which nothing dies, so that a new call is tried by itself. For
 * an upload they are: accept (the photo into its bucket), send, receive, fetch, store, reply,
 * receive the reply, and both deletes. A client that sends the photo again with the same key hears
 * the same answer.
 */
class CrashPointTest {

  static List<Arguments> crashes() {
    List<Arguments> all = new ArrayList<>();
    for (Scenario scenario : Scenario.values()) {
      try (CrashRun run = new CrashRun(scenario, Optional.empty()).undisturbed()) {
        List<String> calls = run.calls();
        for (String call : new TreeSet<>(calls)) {
          if (call.contains("node-report")) {
            continue; // they hold no answer
          }
          for (int i = 1; i <= Collections.frequency(calls, call); i++) {
            all.add(arguments(scenario, new CrashPoint(call, i, When.BEFORE)));
            all.add(arguments(scenario, new CrashPoint(call, i, When.AFTER)));
          }
        }
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0}, a death {1}")
  @MethodSource("crashes")
  void aDeathLeavesExactlyOneVisibleAnswer(Scenario scenario, CrashPoint crash) throws Exception {
    try (CrashRun run = new CrashRun(scenario, Optional.of(crash)).withItsCrash()) {
      List<String> answers = run.visibleAnswers();
      boolean accepted = !run.accepted().isEmpty();
      if (!crash.call().startsWith("web") || crash.when() == When.AFTER && accepts(crash)) {
        assertThat(accepted).as("what was accepted stays so").isTrue();
      }
      assertThat(run.accepted()).hasSizeLessThanOrEqualTo(1);
      assertThat(run.results()).hasSameSizeAs(run.accepted());
      if (accepted) {
        assertThat(answers).hasSizeGreaterThanOrEqualTo(2).doesNotContain("");
        assertThat(new TreeSet<>(answers)).hasSize(1);
      } else {
        assertThat(answers).isEmpty();
      }
      if (scenario != Scenario.GIVEN_UP && scenario != Scenario.DEAD_LETTER) {
        assertThat(run.deadLettersSent()).as("good photos dead-lettered").isZero();
      }
    }
  }

  private static boolean accepts(CrashPoint crash) {
    return crash.call().equals("web puts if absent INPUT");
  }
}
