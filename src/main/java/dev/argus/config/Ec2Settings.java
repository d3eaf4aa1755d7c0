package dev.argus.config;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.List;

/**
 * What an app node is made of; {@code argus.ec2}.
 *
 * @param instanceProfile name; empty for none
 * @param subnet id; empty for the account's default
 * @param securityGroups ids; empty for the account's default
 * @param userDataScript the script that an instance runs when it boots
 */
public record Ec2Settings(
    String imageId,
    String instanceType,
    String instanceProfile,
    String subnet,
    List<String> securityGroups,
    Path userDataScript) {

  public Ec2Settings {
    securityGroups = List.copyOf(securityGroups);
    Checks.matches("ec2.image-id", imageId, "ami-[a-z0-9]+");
    Checks.matches("ec2.instance-type", instanceType, "[a-z0-9-]+\\.[a-z0-9-]+");
  }

  static Ec2Settings from(Config c) {
    return new Ec2Settings(
        c.getString("image-id"),
        c.getString("instance-type"),
        c.getString("instance-profile"),
        c.getString("subnet"),
        c.getStringList("security-groups"),
        Path.of(c.getString("user-data-script")));
  }
}
