package dev.argus.config;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What an app node is made of, and where it is launched; {@code argus.ec2}.
 *
 * @param launchTemplate id; if there is one, image, profile and security groups are its, and those
 *     here are not used
 * @param launchTemplateVersion a number, {@code $Default} or {@code $Latest}
 * @param instanceTypes in the order to try them, at least one
 * @param subnets ids in the order to try them; empty for the template's or the account's default
 * @param purchases in the order to try them, at least one
 * @param poolRest how long a type in a subnet is left out that EC2 has refused
 * @param instanceProfile name; empty for none
 * @param securityGroups ids; empty for the account's default
 * @param userDataScript the script that an instance runs when it boots
 */
public record Ec2Settings(
    String launchTemplate,
    String launchTemplateVersion,
    List<String> instanceTypes,
    List<String> subnets,
    List<Purchase> purchases,
    Duration poolRest,
    String imageId,
    String instanceProfile,
    List<String> securityGroups,
    Path userDataScript) {

  public Ec2Settings {
    instanceTypes = List.copyOf(instanceTypes);
    subnets = List.copyOf(subnets);
    purchases = List.copyOf(purchases);
    securityGroups = List.copyOf(securityGroups);
    Checks.matches("ec2.launch-template", launchTemplate, "|lt-[a-z0-9]+");
    Checks.matches(
        "ec2.launch-template-version", launchTemplateVersion, "\\$Default|\\$Latest|[1-9][0-9]*");
    Checks.atLeast("ec2.instance-types, how many", instanceTypes.size(), 1);
    for (String type : instanceTypes) {
      Checks.matches("ec2.instance-types", type, "[a-z0-9-]+\\.[a-z0-9-]+");
    }
    for (String subnet : subnets) {
      Checks.matches("ec2.subnets", subnet, "subnet-[a-z0-9]+");
    }
    Checks.positive("ec2.pool-rest", poolRest);
    Checks.matches("ec2.image-id", imageId, "ami-[a-z0-9]+");
  }

  static Ec2Settings from(Config c) {
    return new Ec2Settings(
        c.getString("launch-template"),
        c.getString("launch-template-version"),
        c.getStringList("instance-types"),
        c.getStringList("subnets"),
        Purchase.ordered("ec2.purchase", c.getString("purchase")),
        c.getDuration("pool-rest"),
        c.getString("image-id"),
        c.getString("instance-profile"),
        c.getStringList("security-groups"),
        Path.of(c.getString("user-data-script")));
  }
}
