package dev.argus.aws;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * String attributes as SQS carries them, both ways.
 *
 * <p>SQS refuses empty values. An empty one travels as a placeholder under a data type of its own
 * (SQS lets an application label the type), and arrives as empty again.
 */
final class SqsAttributes {
  private static final String STRING = "String";
  private static final String EMPTY_STRING = "String.empty";
  private static final String PLACEHOLDER = "-";

  private SqsAttributes() {}

  static Map<String, MessageAttributeValue> toSqs(Map<String, String> attributes) {
    Map<String, MessageAttributeValue> values = new HashMap<>();
    attributes.forEach(
        (name, value) ->
            values.put(
                name,
                MessageAttributeValue.builder()
                    .dataType(type(value))
                    .stringValue(onTheWire(value))
                    .build()));
    return values;
  }

  static Map<String, String> fromSqs(Map<String, MessageAttributeValue> values) {
    Map<String, String> attributes = new HashMap<>();
    values.forEach(
        (name, value) -> {
          if (EMPTY_STRING.equals(value.dataType())) {
            attributes.put(name, "");
          } else if (value.stringValue() != null) {
            attributes.put(name, value.stringValue());
          }
          // Else binary: not a message of ours.
        });
    return attributes;
  }

  /** What SQS counts of an attribute: name, type and value. */
  static long size(String name, String value) {
    return MessageSize.utf8Length(name)
        + type(value).length()
        + MessageSize.utf8Length(onTheWire(value));
  }

  private static String type(String value) {
    return value.isEmpty() ? EMPTY_STRING : STRING;
  }

  private static String onTheWire(String value) {
    return value.isEmpty() ? PLACEHOLDER : value;
  }
}
