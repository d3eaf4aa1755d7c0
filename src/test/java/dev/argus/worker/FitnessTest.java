package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FitnessTest {
  private final List<String> told = new ArrayList<>();
  private final Fitness fitness = new Fitness(told::add);

  @Test
  void aNodeIsFitUntilItBreaksAndTheFirstReasonIsToldOnce() {
    assertThat(fitness.isBroken()).isFalse();

    fitness.broken("no native library");
    fitness.broken("S3 could not be used");

    assertThat(fitness.isBroken()).isTrue();
    assertThat(told).containsExactly("no native library");
  }
}
