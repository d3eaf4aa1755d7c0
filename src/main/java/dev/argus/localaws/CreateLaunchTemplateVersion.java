package dev.argus.localaws;

/** Adds a version to a launch template, from nothing or from an earlier version. */
final class CreateLaunchTemplateVersion implements Ec2Action {
  private final LaunchTemplates templates;

  CreateLaunchTemplateVersion(LaunchTemplates templates) {
    this.templates = templates;
  }

  @Override
  public void answer(Ec2Parameters parameters, Xml response) {
    LaunchTemplate template = templates.find(parameters);
    Ec2Parameters own = LaunchTemplateXml.data(parameters);
    Ec2Parameters data =
        parameters
            .text("SourceVersion")
            .map(source -> own.over(template.version(template.number(source)).data()))
            .orElse(own);
    parameters.endIfDryRun();
    LaunchTemplate more =
        templates.add(template.id(), parameters.text("VersionDescription").orElse(""), data);
    response.nested(
        "launchTemplateVersion", x -> LaunchTemplateXml.version(x, more, more.versions().size()));
  }
}
