package dev.argus.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Those who wait for photos of a batch to be finished. */
final class Listeners {
  /** So many photos are told at once. */
  private static final int MAX_EVENTS = 32;

  private final List<BatchQuestion.Next> waiting = new ArrayList<>();

  void add(BatchQuestion.Next next) {
    waiting.add(next);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /**
   * Tells each what it does not know yet, if there is something.
   *
   * @param over whether nothing more will come
   */
  void tell(Photos photos, boolean over) {
    waiting.removeIf(
        next -> {
          List<BatchPhoto> news = photos.finishedWithout(next.told(), MAX_EVENTS);
          boolean all = over && news.size() < MAX_EVENTS;
          if (news.isEmpty() && !all) {
            return false;
          }
          next.replyTo()
              .tell(
                  new BatchReply.Events(
                      news, all ? Optional.of(BatchView.counts(photos.all())) : Optional.empty()));
          return true;
        });
  }

  /** Tells all that there is no news; they ask again, here or of another actor. */
  void letGo() {
    waiting.forEach(
        next -> next.replyTo().tell(new BatchReply.Events(List.of(), Optional.empty())));
    waiting.clear();
  }
}
