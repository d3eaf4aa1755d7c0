package dev.argus.localaws;

/** Removes a launch template with all its versions; what was launched from it stays. */
final class DeleteLaunchTemplate implements Ec2Action {
  private final LaunchTemplates templates;

  DeleteLaunchTemplate(LaunchTemplates templates) {
    this.templates = templates;
  }

  @Override
  public void answer(Ec2Parameters parameters, Xml response) {
    LaunchTemplate template = templates.find(parameters);
    parameters.endIfDryRun();
    templates.delete(template);
    response.nested("launchTemplate", x -> LaunchTemplateXml.template(x, template));
  }
}
