package dev.argus.localaws;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A launch template at one moment.
 *
 * @param sequence grows with every template: the order of listings
 * @param versions in the order of their numbers, which begin at 1; the first is the default
 */
record LaunchTemplate(
    long sequence,
    String id,
    String name,
    Instant createdAt,
    Map<String, String> tags,
    List<Version> versions) {

  /**
   * One version, which never changes.
   *
   * @param data what a launch from it asks for, in the words of RunInstances
   */
  record Version(String description, Instant createdAt, Ec2Parameters data) {}

  LaunchTemplate {
    tags = Map.copyOf(tags);
    versions = List.copyOf(versions);
  }

  LaunchTemplate with(Version version) {
    List<Version> more = new ArrayList<>(versions);
    more.add(version);
    return new LaunchTemplate(sequence, id, name, createdAt, tags, more);
  }

  /**
   * The number that a text stands for: itself, {@code $Default} or {@code $Latest}.
   *
   * @throws Ec2Exception when there is no such version
   */
  int number(String version) {
    int number =
        switch (version) {
          case "$Default" -> 1;
          case "$Latest" -> versions.size();
          default -> version.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(version) : 0;
        };
    if (number < 1 || number > versions.size()) {
      throw new Ec2Exception(
          400,
          "InvalidLaunchTemplateId.VersionNotFound",
          "Could not find the version " + version + " of the launch template " + id);
    }
    return number;
  }

  Version version(int number) {
    return versions.get(number - 1);
  }
}
