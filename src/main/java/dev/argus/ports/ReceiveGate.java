package dev.argus.ports;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Decides when a queue source may receive, and how many messages at most.
 *
 * <p>A source calls {@link #reserve} before each receive, and settles the reservation with exactly
 * one of {@link #received} and {@link #failed}. So whoever holds the messages knows of every one
 * from the moment it was received, and can say "no more for now". Calls come from many threads.
 */
public interface ReceiveGate {
  /** Completes when the source may receive, with the most it may ask for: 1 or more. */
  CompletionStage<Integer> reserve();

  /** A receive succeeded; {@code batch} may be empty. */
  void received(int reserved, List<Delivery> batch);

  /** A receive failed. */
  void failed(int reserved, Throwable cause);

  /**
   * Whether more than one receive can bring is about to come, so that after one that did not come
   * back full the next may wait a moment and bring more: a receive for one message costs as much as
   * for ten.
   */
  default boolean isPatient() {
    return false;
  }

  /** A gate that always lets {@code batchSize} messages through. */
  static ReceiveGate open(int batchSize) {
    return new ReceiveGate() {
      @Override
      public CompletionStage<Integer> reserve() {
        return CompletableFuture.completedFuture(batchSize);
      }

      @Override
      public void received(int reserved, List<Delivery> batch) {}

      @Override
      public void failed(int reserved, Throwable cause) {}
    };
  }
}
