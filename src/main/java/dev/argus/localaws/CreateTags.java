package dev.argus.localaws;

import java.util.List;
import java.util.Map;

/** Adds tags to instances, or changes their values. */
final class CreateTags implements Ec2Action {
  private final Instances instances;

  CreateTags(Instances instances) {
    this.instances = instances;
  }

  @Override
  public void answer(Ec2Parameters parameters, Xml response) {
    List<String> ids = parameters.texts("ResourceId");
    Map<String, String> tags = parameters.tags("Tag");
    if (ids.isEmpty()) {
      throw Ec2Exception.missing("ResourceId");
    }
    if (tags.isEmpty()) {
      throw Ec2Exception.missing("Tag");
    }
    instances.visible(ids);
    parameters.endIfDryRun();
    instances.tag(ids, tags);
    response.text("return", true);
  }
}
