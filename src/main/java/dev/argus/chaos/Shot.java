package dev.argus.chaos;

import java.util.List;
import java.util.function.Supplier;

/**
 * One photo to send.
 *
 * @param number counted from zero
 * @param name its file name, which no other photo of the run has
 * @param content different from that of every other photo of the run, but for bad ones; made anew
 *     each time, for a run has more photos than fit into memory
 * @param async whether its client asks for 202 rather than to wait
 * @param right the labels that are right; none for a bad photo, which must be refused or fail
 */
record Shot(
    int number,
    String name,
    String contentType,
    Supplier<byte[]> content,
    boolean async,
    List<String> right) {

  boolean isGood() {
    return !right.isEmpty();
  }
}
