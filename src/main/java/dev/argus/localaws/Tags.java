package dev.argus.localaws;

import java.util.Map;

/** EC2's limits on tags: 50 a resource, keys up to 128 characters, values up to 256. */
final class Tags {
  private static final int MAX_TAGS = 50;
  private static final int MAX_KEY_LENGTH = 128;
  private static final int MAX_VALUE_LENGTH = 256;

  private Tags() {}

  static void check(Map<String, String> tags) {
    if (tags.size() > MAX_TAGS) {
      throw new Ec2Exception(
          400, "TagLimitExceeded", "A resource has at most " + MAX_TAGS + " tags");
    }
    tags.forEach(Tags::check);
  }

  private static void check(String key, String value) {
    if (key.isEmpty() || key.length() > MAX_KEY_LENGTH || key.startsWith("aws:")) {
      throw Ec2Exception.invalid(
          "A tag key has 1 to "
              + MAX_KEY_LENGTH
              + " characters and does not start with aws:, found '"
              + key
              + "'");
    }
    if (value.length() > MAX_VALUE_LENGTH) {
      throw Ec2Exception.invalid(
          "A tag value has at most " + MAX_VALUE_LENGTH + " characters, found " + value.length());
    }
    if ((key + value).chars().anyMatch(Character::isISOControl)) {
      throw Ec2Exception.invalid("A tag has no control characters");
    }
  }
}
