package dev.argus.localaws;

import java.util.List;
import java.util.stream.IntStream;

/** Lists versions of one launch template, all or the named ones; all in one page. */
final class DescribeLaunchTemplateVersions implements Ec2Action {
  private final LaunchTemplates templates;

  DescribeLaunchTemplateVersions(LaunchTemplates templates) {
    this.templates = templates;
  }

  @Override
  public void answer(Ec2Parameters parameters, Xml response) {
    LaunchTemplate template = templates.find(parameters);
    List<String> named = parameters.texts("LaunchTemplateVersion");
    IntStream numbers =
        named.isEmpty()
            ? IntStream.rangeClosed(1, template.versions().size())
            : named.stream().mapToInt(template::number).distinct();
    List<Integer> shown = numbers.boxed().toList();
    parameters.endIfDryRun();
    response.items(
        "launchTemplateVersionSet",
        shown,
        (x, number) -> LaunchTemplateXml.version(x, template, number));
  }
}
