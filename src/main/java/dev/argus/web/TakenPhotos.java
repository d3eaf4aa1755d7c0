package dev.argus.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;

/**
 * The photos taken of one request; once its client is answered no more are taken.
 *
 * <p>Safe for use by many threads: the time for the body may be over while a photo arrives.
 */
final class TakenPhotos {
  private final List<TakenPhoto> uploads = new ArrayList<>();
  private Optional<Admission.Permit> first;
  private boolean closed;

  /**
   * @param first the permit that the request was let in with
   */
  TakenPhotos(Admission.Permit first) {
    this.first = Optional.of(first);
  }

  /** The permit that the request was let in with, for its first photo. */
  synchronized Optional<Admission.Permit> takeFirstPermit() {
    Optional<Admission.Permit> permit = first;
    first = Optional.empty();
    return permit;
  }

  /**
   * Takes a photo; false, and {@code outcome} is not called, if it comes too late.
   *
   * @param outcome of the photo at this place, from 0
   */
  synchronized boolean add(
      String field, String name, IntFunction<CompletionStage<Outcome>> outcome) {
    if (!closed) {
      uploads.add(new TakenPhoto(field, name, outcome.apply(uploads.size())));
    }
    return !closed;
  }

  synchronized int size() {
    return uploads.size();
  }

  /** Takes no more, and tells what was taken. */
  synchronized List<TakenPhoto> close() {
    closed = true;
    first.ifPresent(Admission.Permit::close);
    return List.copyOf(uploads);
  }
}
