package dev.argus.localaws;

import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** How EC2 writes instances and reservations down. */
final class InstanceXml {
  static final String PRIVATE_IP = "127.0.0.1";

  private InstanceXml() {}

  /** The content of a reservation: what RunInstances answers and DescribeInstances lists. */
  static void reservation(Xml xml, Launch launch, List<Instance> instances) {
    xml.text("reservationId", launch.reservationId())
        .text("ownerId", LocalAccount.ID)
        .items("groupSet", List.<String>of(), (x, g) -> {})
        .items("instancesSet", instances, InstanceXml::instance);
  }

  static void state(Xml xml, String element, InstanceState state) {
    xml.nested(element, x -> x.text("code", state.code()).text("name", state.label()));
  }

  static void tags(Xml xml, Map<String, String> tags) {
    xml.items(
        "tagSet",
        tags.entrySet(),
        (x, tag) -> x.text("key", tag.getKey()).text("value", tag.getValue()));
  }

  private static void instance(Xml xml, Instance instance) {
    Launch launch = instance.launch();
    xml.text("instanceId", instance.id()).text("imageId", launch.imageId());
    state(xml, "instanceState", instance.state());
    xml.text("privateDnsName", "localhost")
        .text("dnsName", "")
        .text("reason", instance.reason().map(StateReason::transition).orElse(""))
        .text("amiLaunchIndex", instance.launchIndex())
        .text("instanceType", launch.instanceType())
        .text(
            "launchTime",
            DateTimeFormatter.ISO_INSTANT.format(
                instance.launchedAt().truncatedTo(ChronoUnit.MILLIS)))
        .nested(
            "placement",
            x -> x.text("availabilityZone", LocalAccount.ZONE).text("tenancy", "default"))
        .nested("monitoring", x -> x.text("state", "disabled"))
        .text("privateIpAddress", PRIVATE_IP);
    launch.subnetId().ifPresent(subnet -> xml.text("subnetId", subnet));
    instance
        .reason()
        .ifPresent(
            r ->
                xml.nested(
                    "stateReason", x -> x.text("code", r.code()).text("message", r.message())));
    xml.text("architecture", "x86_64")
        .text("rootDeviceType", "ebs")
        .text("virtualizationType", "hvm")
        .text("hypervisor", "xen");
    launch.clientToken().ifPresent(token -> xml.text("clientToken", token));
    if (launch.spot()) {
      xml.text("instanceLifecycle", "spot");
    }
    tags(xml, instance.tags());
    xml.items(
        "groupSet",
        launch.securityGroupIds(),
        (x, group) -> x.text("groupId", group).text("groupName", group));
    launch
        .profile()
        .ifPresent(p -> xml.nested("iamInstanceProfile", x -> x.text("arn", profileArn(p))));
    xml.nested(
        "metadataOptions",
        x ->
            x.text("state", "applied")
                .text("httpTokens", launch.httpTokens())
                .text("httpPutResponseHopLimit", launch.hopLimit())
                .text("httpEndpoint", "enabled"));
  }

  private static String profileArn(String profile) {
    return profile.startsWith("arn:")
        ? profile
        : "arn:aws:iam::" + LocalAccount.ID + ":instance-profile/" + profile;
  }
}
