package dev.argus.localaws;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All launch templates, in the order of their creation. Thread-safe. */
final class LaunchTemplates {
  /** As on AWS, a region and a template. */
  private static final int MAX_TEMPLATES = 5_000;

  private static final int MAX_VERSIONS = 10_000;
  private static final Ec2Parameters NOTHING = Ec2Parameters.parse("");

  private final Instances ids;
  private final Clock clock;
  private final Map<String, LaunchTemplate> byId = new LinkedHashMap<>();
  private long sequence;

  LaunchTemplates(Instances ids, Clock clock) {
    this.ids = ids;
    this.clock = clock;
  }

  synchronized LaunchTemplate create(
      String name, Map<String, String> tags, String description, Ec2Parameters data) {
    if (named(name).isPresent()) {
      throw new Ec2Exception(
          400,
          "InvalidLaunchTemplateName.AlreadyExistsException",
          "Launch template name already in use: " + name);
    }
    if (byId.size() >= MAX_TEMPLATES) {
      throw new Ec2Exception(
          400, "LaunchTemplateLimitExceeded", "There are " + MAX_TEMPLATES + " launch templates");
    }
    LaunchTemplate template =
        new LaunchTemplate(
            sequence++,
            ids.newId("lt-"),
            name,
            clock.instant(),
            tags,
            List.of(new LaunchTemplate.Version(description, clock.instant(), data)));
    byId.put(template.id(), template);
    return template;
  }

  /** Adds a version to the template with that id. */
  synchronized LaunchTemplate add(String id, String description, Ec2Parameters data) {
    LaunchTemplate template = withId(id);
    if (template.versions().size() >= MAX_VERSIONS) {
      throw new Ec2Exception(
          400,
          "VersionLimitExceeded",
          "A launch template has at most " + MAX_VERSIONS + " versions");
    }
    LaunchTemplate more =
        template.with(new LaunchTemplate.Version(description, clock.instant(), data));
    byId.put(more.id(), more);
    return more;
  }

  synchronized void delete(LaunchTemplate template) {
    byId.remove(template.id());
  }

  synchronized List<LaunchTemplate> all() {
    return List.copyOf(byId.values());
  }

  /**
   * The template that a structure names, by LaunchTemplateId or LaunchTemplateName.
   *
   * @throws Ec2Exception when it names none, or one that does not exist
   */
  LaunchTemplate find(Ec2Parameters parameters) {
    Optional<String> id = parameters.text("LaunchTemplateId");
    Optional<String> name = parameters.text("LaunchTemplateName");
    if (id.isPresent() == name.isPresent()) {
      throw new Ec2Exception(
          400,
          id.isPresent() ? "InvalidParameterCombination" : "MissingParameter",
          "Either LaunchTemplateId or LaunchTemplateName must be specified, but not both");
    }
    return id.isPresent() ? withId(id.get()) : withName(name.get());
  }

  synchronized LaunchTemplate withId(String id) {
    if (!id.matches("lt-[0-9a-f]{8,17}")) {
      throw new Ec2Exception(
          400, "InvalidLaunchTemplateId.Malformed", "Invalid id: \"" + id + "\"");
    }
    return Optional.ofNullable(byId.get(id))
        .orElseThrow(
            () ->
                new Ec2Exception(
                    400,
                    "InvalidLaunchTemplateId.NotFound",
                    "The launch template " + id + " does not exist"));
  }

  synchronized LaunchTemplate withName(String name) {
    return named(name)
        .orElseThrow(
            () ->
                new Ec2Exception(
                    400,
                    "InvalidLaunchTemplateName.NotFoundException",
                    "The launch template " + name + " does not exist"));
  }

  /** What a launch asks for that names a template like this, or none at all. */
  Ec2Parameters data(Ec2Parameters specification) {
    if (specification.without().isEmpty()) {
      return NOTHING;
    }
    LaunchTemplate template = find(specification);
    int number = template.number(specification.text("Version").orElse("$Default"));
    return template.version(number).data();
  }

  private Optional<LaunchTemplate> named(String name) {
    return byId.values().stream().filter(t -> t.name().equals(name)).findFirst();
  }
}
