package dev.argus.web;

import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Who has to know of a photo's id before it is stored. */
interface PhotoTicket {
  /** Done when the photo may be stored; says why it may not be, if so. Never fails. */
  CompletionStage<Optional<Problem>> enter(String name, PhotoId id);

  /** Nobody has to. */
  static PhotoTicket none() {
    return (name, id) -> CompletableFuture.completedFuture(Optional.empty());
  }
}
