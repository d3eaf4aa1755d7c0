package dev.argus.batch;

import dev.argus.protocol.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The search for the results of a batch's photos: one at a time, in steps, and none while the last
 * is recent. It goes on where the one before ended.
 */
final class ResultSearch {
  /** So many photos are looked for in a step, and there is another only while answers are found. */
  private static final int STEP = 64;

  private final PhotoFinder finder;
  private final Photos photos;
  private final List<Runnable> whenRecent = new ArrayList<>();
  private int from;
  private boolean underWay;
  private boolean recent;
  private boolean first = true; // it looks for all photos at once

  ResultSearch(PhotoFinder finder, Photos photos) {
    this.finder = finder;
    this.photos = photos;
  }

  /**
   * A step.
   *
   * @param rest the photos that were to be looked for after it
   */
  record Step(List<PhotoFinder.Found> found, List<Photos.Sought> rest) {}

  boolean isUnderWay() {
    return underWay;
  }

  /** Runs it when the last search is recent; tells whether one has to begin for that. */
  boolean whenRecent(Runnable then) {
    if (recent) {
      then.run();
      return false;
    }
    whenRecent.add(then);
    boolean begins = !underWay;
    underWay = true;
    return begins;
  }

  /** The first step. Never fails. */
  CompletionStage<Step> begin() {
    return look(photos.sought(from));
  }

  private CompletionStage<Step> look(List<Photos.Sought> sought) {
    int count = first ? sought.size() : Math.min(STEP, sought.size());
    List<Photos.Sought> rest = List.copyOf(sought.subList(count, sought.size()));
    return finder
        .find(List.copyOf(sought.subList(0, count)))
        .exceptionally(failure -> List.of())
        .thenApply(found -> new Step(found, rest));
  }

  /** Takes in what a step has found; the next step, or none, and then it must {@link #end}. */
  Optional<CompletionStage<Step>> found(Step step) {
    boolean answers = false;
    for (PhotoFinder.Found found : step.found()) {
      if (found instanceof PhotoFinder.Answered answered) {
        answers = true;
        photos.answered(answered.reply());
      } else if (found instanceof PhotoFinder.Stored stored) {
        photos.stored(stored.id());
      } else if (found instanceof PhotoFinder.Missing missing) {
        photos.lost(missing.id(), neverReceived());
      }
    }
    if (answers && !step.rest().isEmpty()) {
      return Optional.of(look(step.rest()));
    }
    from = step.rest().isEmpty() ? 0 : photos.indexOf(step.rest().get(0).id());
    return Optional.empty();
  }

  private static Problem neverReceived() {
    return Problem.Kind.UNAVAILABLE.because(
        "The photo was not received: its web node ended before it was stored. Send it again.");
  }

  /** The search is over, and recent until it is {@link #due} again. */
  void end() {
    underWay = false;
    first = false;
    recent = true;
    List<Runnable> now = List.copyOf(whenRecent);
    whenRecent.clear();
    now.forEach(Runnable::run);
  }

  /** The last search is not recent any more. */
  void due() {
    recent = false;
  }
}
