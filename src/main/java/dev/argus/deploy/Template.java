package dev.argus.deploy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * A template, as CloudFormation is given it: its text, or where in S3 that lies, for by value it
 * takes 51,200 bytes at most.
 *
 * @param body null if there is a URL
 * @param url null if there is a body
 */
record Template(String body, String url) {
  static Template at(String url) {
    return new Template(null, url);
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
    return new Template(template.toString(), null);
  }
}
