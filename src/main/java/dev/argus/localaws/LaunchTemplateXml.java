package dev.argus.localaws;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** How EC2 writes launch templates down, and how calls bring what is in them. */
final class LaunchTemplateXml {
  private static final String CREATOR = "arn:aws:iam::" + LocalAccount.ID + ":root";

  /** A value of the data, and the name it has in answers. */
  private record Field(String parameter, String element) {}

  private static final List<Field> TEXTS =
      List.of(
          new Field("ImageId", "imageId"),
          new Field("InstanceType", "instanceType"),
          new Field("KeyName", "keyName"),
          new Field("UserData", "userData"),
          new Field("InstanceInitiatedShutdownBehavior", "instanceInitiatedShutdownBehavior"));

  private static final List<Field> PROFILE =
      List.of(
          new Field("IamInstanceProfile.Arn", "arn"), new Field("IamInstanceProfile.Name", "name"));

  private static final List<Field> METADATA =
      List.of(
          new Field("MetadataOptions.HttpTokens", "httpTokens"),
          new Field("MetadataOptions.HttpPutResponseHopLimit", "httpPutResponseHopLimit"),
          new Field("MetadataOptions.HttpEndpoint", "httpEndpoint"),
          new Field("MetadataOptions.InstanceMetadataTags", "instanceMetadataTags"));

  private static final List<Field> MARKET =
      List.of(new Field("InstanceMarketOptions.MarketType", "marketType"));

  private static final List<Field> DISK =
      List.of(
          new Field("Ebs.Encrypted", "encrypted"),
          new Field("Ebs.DeleteOnTermination", "deleteOnTermination"),
          new Field("Ebs.VolumeSize", "volumeSize"),
          new Field("Ebs.VolumeType", "volumeType"));

  private LaunchTemplateXml() {}

  /**
   * What a call wants to keep for launches.
   *
   * @throws Ec2Exception when that is nothing
   */
  static Ec2Parameters data(Ec2Parameters parameters) {
    Ec2Parameters data = parameters.below("LaunchTemplateData.");
    if (data.without().isEmpty()) {
      throw Ec2Exception.missing("LaunchTemplateData");
    }
    return data;
  }

  static void template(Xml xml, LaunchTemplate template) {
    xml.text("launchTemplateId", template.id())
        .text("launchTemplateName", template.name())
        .text("createTime", time(template.createdAt()))
        .text("createdBy", CREATOR)
        .text("defaultVersionNumber", template.number("$Default"))
        .text("latestVersionNumber", template.number("$Latest"));
    InstanceXml.tags(xml, template.tags());
  }

  static void version(Xml xml, LaunchTemplate template, int number) {
    LaunchTemplate.Version version = template.version(number);
    xml.text("launchTemplateId", template.id())
        .text("launchTemplateName", template.name())
        .text("versionNumber", number)
        .text("createTime", time(version.createdAt()))
        .text("createdBy", CREATOR)
        .text("defaultVersion", number == template.number("$Default"));
    if (!version.description().isEmpty()) {
      xml.text("versionDescription", version.description());
    }
    xml.nested("launchTemplateData", x -> data(x, version.data()));
  }

  private static void data(Xml xml, Ec2Parameters data) {
    texts(xml, data, TEXTS);
    structure(xml, "iamInstanceProfile", data, PROFILE);
    structure(xml, "metadataOptions", data, METADATA);
    structure(xml, "instanceMarketOptions", data, MARKET);
    xml.items("securityGroupIdSet", data.texts("SecurityGroupId"), Xml::content);
    xml.items(
        "blockDeviceMappingSet",
        data.structures("BlockDeviceMapping"),
        (x, disk) -> {
          texts(x, disk, List.of(new Field("DeviceName", "deviceName")));
          structure(x, "ebs", disk, DISK);
        });
    xml.items(
        "tagSpecificationSet",
        data.structures("TagSpecification"),
        (x, tags) -> {
          texts(x, tags, List.of(new Field("ResourceType", "resourceType")));
          InstanceXml.tags(x, tags.tags("Tag"));
        });
  }

  private static void structure(Xml xml, String name, Ec2Parameters data, List<Field> fields) {
    if (fields.stream().anyMatch(field -> data.text(field.parameter()).isPresent())) {
      xml.nested(name, x -> texts(x, data, fields));
    }
  }

  private static void texts(Xml xml, Ec2Parameters data, List<Field> fields) {
    for (Field field : fields) {
      data.text(field.parameter()).ifPresent(text -> xml.text(field.element(), text));
    }
  }

  private static String time(Instant instant) {
    return DateTimeFormatter.ISO_INSTANT.format(instant.truncatedTo(ChronoUnit.MILLIS));
  }
}
