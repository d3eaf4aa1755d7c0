package dev.argus.web;

import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/**
 * Gathers a body up to a limit, and lets the rest of a larger one pass by.
 *
 * <p>The rest is read, not refused: a client that is still sending does not read the answer that
 * says why. What bounds that is the body timeout.
 */
final class BodyCollector {
  private final long limit;
  private final ByteStringBuilder bytes = new ByteStringBuilder();
  private long size;

  BodyCollector(long limit) {
    this.limit = limit;
  }

  BodyCollector add(ByteString chunk) {
    size += chunk.size();
    if (size <= limit) {
      bytes.append(chunk);
    } else {
      bytes.clear();
    }
    return this;
  }

  boolean isTooLarge() {
    return size > limit;
  }

  long limit() {
    return limit;
  }

  long size() {
    return size;
  }

  ByteString bytes() {
    return bytes.result().compact();
  }
}
