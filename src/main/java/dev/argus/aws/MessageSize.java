package dev.argus.aws;

import dev.argus.protocol.WireMessage;

/** The size of a message as SQS counts it. */
final class MessageSize {
  /**
   * An SQS limit: on one message, and on all messages of a batch together, body and attributes
   * (names, types and values) included. It was raised from 256 KiB in August 2025.
   */
  static final long MAX_BYTES = 1024 * 1024;

  private MessageSize() {}

  static long of(WireMessage message) {
    long bytes = utf8Length(message.body());
    for (var attribute : message.attributes().entrySet()) {
      bytes += SqsAttributes.size(attribute.getKey(), attribute.getValue());
    }
    return bytes;
  }

  /** Counted without encoding, for a body may have a million characters. */
  static long utf8Length(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes += 1;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else {
        bytes += 3;
      }
    }
    return bytes;
  }
}
