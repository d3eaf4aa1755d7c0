package dev.argus.inference;

import dev.argus.protocol.Prediction;
import java.util.ArrayList;
import java.util.List;

/** Turns a network's logits into its best guesses. */
final class Ranking {
  private final List<String> labels;
  private final int topK;

  Ranking(List<String> labels, int topK) {
    this.labels = List.copyOf(labels);
    this.topK = Math.min(topK, labels.size());
  }

  /** The classes of highest softmax probability, best first; of equals the first class first. */
  List<Prediction> best(float[] logits) {
    int[] best = new int[topK];
    int found = 0;
    for (int candidate = 0; candidate < logits.length; candidate++) {
      int place = found;
      while (place > 0 && logits[candidate] > logits[best[place - 1]]) {
        place--;
      }
      if (place < topK) {
        found = Math.min(found + 1, topK);
        System.arraycopy(best, place, best, place + 1, found - place - 1);
        best[place] = candidate;
      }
    }
    // Relative to the largest, so that no exponential overflows.
    double largest = logits[best[0]];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    List<Prediction> predictions = new ArrayList<>(topK);
    for (int i : best) {
      predictions.add(new Prediction(labels.get(i), Math.exp(logits[i] - largest) / sum));
    }
    return predictions;
  }
}
