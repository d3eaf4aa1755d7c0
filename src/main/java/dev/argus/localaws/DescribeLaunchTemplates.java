package dev.argus.localaws;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Lists launch templates by id, name or filter, in the order of their creation, in pages. */
final class DescribeLaunchTemplates implements Ec2Action {
  private static final int MAX_PAGE = 200;

  private final LaunchTemplates templates;

  DescribeLaunchTemplates(LaunchTemplates templates) {
    this.templates = templates;
  }

  @Override
  public void answer(Ec2Parameters parameters, Xml response) {
    int limit = parameters.number("MaxResults").orElse(MAX_PAGE);
    if (limit < 1 || limit > MAX_PAGE) {
      throw Ec2Exception.invalid("Expected MaxResults 1 to " + MAX_PAGE + ", found " + limit);
    }
    long after = PageToken.position(parameters);
    List<LaunchTemplate> rest =
        named(parameters).stream()
            .filter(t -> t.sequence() > after)
            .filter(Filters.of(parameters, DescribeLaunchTemplates::attribute))
            .toList();
    parameters.endIfDryRun();
    List<LaunchTemplate> page = rest.subList(0, Math.min(limit, rest.size()));
    response.items("launchTemplates", page, LaunchTemplateXml::template);
    if (rest.size() > page.size()) {
      response.text("nextToken", PageToken.after(page.get(page.size() - 1).sequence()));
    }
  }

  private List<LaunchTemplate> named(Ec2Parameters parameters) {
    List<String> ids = parameters.texts("LaunchTemplateId");
    List<String> names = parameters.texts("LaunchTemplateName");
    if (ids.isEmpty() && names.isEmpty()) {
      return templates.all();
    }
    return Stream.concat(
            ids.stream().map(templates::withId), names.stream().map(templates::withName))
        .distinct()
        .toList();
  }

  private static Function<LaunchTemplate, Stream<String>> attribute(String name) {
    if (name.startsWith("tag:")) {
      String key = name.substring("tag:".length());
      return t -> Stream.ofNullable(t.tags().get(key));
    }
    return switch (name) {
      case "launch-template-name" -> t -> Stream.of(t.name());
      case "tag-key" -> t -> t.tags().keySet().stream();
      default -> throw Filters.unknown(name);
    };
  }
}
