package dev.argus.web;

import java.util.concurrent.CompletionStage;

/**
 * A photo that was taken of a request, on its way to an answer.
 *
 * @param field the name of its form field; empty for a raw body
 */
record TakenPhoto(String field, String name, CompletionStage<Outcome> outcome) {
  /** The same photo, told as its client wants to see it. */
  TakenPhoto seen(ResultView view) {
    return new TakenPhoto(field, name, outcome.thenApply(view::of));
  }
}
