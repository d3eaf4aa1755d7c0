package dev.argus.batch;

import dev.argus.protocol.BatchId;
import java.util.List;

/**
 * A batch as it is at one moment.
 *
 * @param photos by index
 */
public record BatchView(BatchId id, State state, List<BatchPhoto> photos) {
  /** What goes on with it. */
  public enum State {
    /** Its request is being read. */
    RECEIVING,
    /** All of it was read, and some photos are not answered. */
    WORKING,
    /** Every photo has its answer, or never will have one. */
    FINISHED,
    /** Somebody cancelled it. */
    CANCELLED
  }

  /** How many photos there are, and how many of them are in which state. */
  public record Counts(int total, int recognised, int failed) {
    public int pending() {
      return total - recognised - failed;
    }
  }

  public BatchView {
    photos = List.copyOf(photos);
  }

  public Counts counts() {
    return counts(photos);
  }

  static Counts counts(List<BatchPhoto> photos) {
    int recognised = (int) photos.stream().filter(BatchPhoto::isRecognised).count();
    int finished = (int) photos.stream().filter(BatchPhoto::isFinished).count();
    return new Counts(photos.size(), recognised, finished - recognised);
  }
}
