package dev.argus.worker;

/**
 * This node should leave, and why.
 *
 * @param text the reason with its numbers, for people
 */
public record Leave(Reason reason, String text) {
  /** The reasons to leave. */
  public enum Reason {
    /** There is nothing to do for anybody. */
    EMPTY,
    /** The other nodes can do what there is to do. */
    SURPLUS,
    /** The queue cannot be reached, and so the node is of no use. */
    UNREACHABLE,
    /** Someone else said so. */
    TOLD
  }
}
