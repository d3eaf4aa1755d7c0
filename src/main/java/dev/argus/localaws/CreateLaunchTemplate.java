package dev.argus.localaws;

import java.util.HashMap;
import java.util.Map;

/** Keeps what later launches ask for under a name; it is looked at when a launch uses it. */
final class CreateLaunchTemplate implements Ec2Action {
  private final LaunchTemplates templates;

  CreateLaunchTemplate(LaunchTemplates templates) {
    this.templates = templates;
  }

  @Override
  public void answer(Ec2Parameters parameters, Xml response) {
    String name = parameters.required("LaunchTemplateName");
    if (!name.matches("[a-zA-Z0-9().\\-/_]{3,128}")) {
      throw new Ec2Exception(
          400,
          "InvalidLaunchTemplateName.MalformedException",
          "A launch template name has 3 to 128 letters, digits and ().-/_, found '" + name + "'");
    }
    Ec2Parameters data = LaunchTemplateXml.data(parameters);
    Map<String, String> tags = tags(parameters);
    parameters.endIfDryRun();
    LaunchTemplate created =
        templates.create(name, tags, parameters.text("VersionDescription").orElse(""), data);
    response.nested("launchTemplate", x -> LaunchTemplateXml.template(x, created));
  }

  private static Map<String, String> tags(Ec2Parameters parameters) {
    Map<String, String> tags = new HashMap<>();
    for (Ec2Parameters specification : parameters.structures("TagSpecification")) {
      String type = specification.required("ResourceType");
      if (!type.equals("launch-template")) {
        throw Ec2Exception.invalid("'" + type + "' is not what this call creates");
      }
      tags.putAll(specification.tags("Tag"));
    }
    Tags.check(tags);
    return tags;
  }
}
