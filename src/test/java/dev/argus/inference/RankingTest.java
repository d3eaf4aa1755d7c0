package dev.argus.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.protocol.Prediction;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankingTest {
  private static final List<String> LABELS = List.of("ant", "bee", "cat", "dog");

  @Test
  void ordersByProbability() {
    assertThat(new Ranking(LABELS, 3).best(new float[] {1, 4, 2, 3}))
        .extracting(Prediction::label)
        .containsExactly("bee", "dog", "cat");
  }

  @Test
  void probabilitiesAreThoseOfASoftmax() {
    List<Prediction> all = new Ranking(LABELS, 4).best(new float[] {0, (float) Math.log(3), 0, 0});

    assertThat(all.get(0).probability()).isCloseTo(0.5, within(1e-6));
    assertThat(all.stream().mapToDouble(Prediction::probability).sum()).isCloseTo(1, within(1e-9));
  }

  @Test
  void largeLogitsDoNotOverflow() {
    List<Prediction> best = new Ranking(LABELS, 2).best(new float[] {-1000, 2000, 1000, 0});

    assertThat(best.get(0)).isEqualTo(new Prediction("bee", 1.0));
    assertThat(best.get(1)).isEqualTo(new Prediction("cat", 0.0));
  }

  @Test
  void ofEqualClassesTheFirstComesFirst() {
    assertThat(new Ranking(LABELS, 4).best(new float[] {7, 7, 7, 7}))
        .extracting(Prediction::label)
        .isEqualTo(LABELS);
  }

  @Test
  void moreThanAllIsAll() {
    assertThat(new Ranking(LABELS, 1000).best(new float[] {1, 2, 3, 4})).hasSize(4);
  }
}
