package dev.argus.deploy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.config.InvalidSettingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A template, as CloudFormation is given it: its text, of {@value #MAX_BYTES} bytes at most. */
record Template(String body) {
  /** What CloudFormation takes by value. */
  static final int MAX_BYTES = 51_200;

  Template {
    int bytes = body.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new InvalidSettingException(
          "the template has %,d bytes, and CloudFormation takes %,d at most: shorten it"
              .formatted(bytes, MAX_BYTES));
    }
  }

  /**
   * One that has buckets and nothing else.
   *
   * @param buckets their names by their names in the template
   */
  static Template ofBuckets(Map<String, String> buckets) {
    ObjectNode template = JsonNodeFactory.instance.objectNode();
    ObjectNode resources = template.putObject("Resources");
    new TreeMap<>(buckets)
        .forEach(
            (logical, name) -> {
              ObjectNode bucket = resources.putObject(logical);
              bucket.put("Type", "AWS::S3::Bucket");
              bucket.put("DeletionPolicy", "Retain").put("UpdateReplacePolicy", "Retain");
              bucket.putObject("Properties").put("BucketName", name);
            });
    return new Template(template.toString());
  }
}
