package dev.argus.localaws;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Launches instances; two calls with one client token launch once.
 *
 * <p>Takes what needs no counterpart here (subnet, groups, placement, market) and shows it in
 * descriptions; what a request does not say its launch template may. Limits from the API reference:
 * user data 16 KB before encoding, token 64 characters.
 */
final class RunInstances implements Ec2Action {
  private static final int MAX_USER_DATA_BYTES = 16 * 1024;
  private static final int MAX_TOKEN_LENGTH = 64;
  private static final int MAX_TOKENS = 10_000;

  private record Earlier(Map<String, String> parameters, Launch launch) {}

  private final Instances instances;
  private final LaunchTemplates templates;
  private final Machines machines;
  private final Ec2Faults faults;
  private final Map<String, Earlier> byToken = new LinkedHashMap<>();

  RunInstances(
      Instances instances, LaunchTemplates templates, Machines machines, Ec2Faults faults) {
    this.instances = instances;
    this.templates = templates;
    this.machines = machines;
    this.faults = faults;
  }

  @Override
  public synchronized void answer(Ec2Parameters parameters, Xml response) {
    Launch launch = launch(parameters, templates.data(parameters.below("LaunchTemplate.")));
    Map<String, String> asked = parameters.without("ClientToken");
    Optional<Launch> earlier = launch.clientToken().flatMap(token -> earlier(token, asked));
    if (earlier.isPresent()) {
      Launch same = earlier.get();
      InstanceXml.reservation(response, same, instances.ofReservation(same.reservationId()));
      return;
    }
    int max = parameters.number("MaxCount").orElseThrow(() -> Ec2Exception.missing("MaxCount"));
    int min = parameters.number("MinCount").orElseThrow(() -> Ec2Exception.missing("MinCount"));
    if (min < 1 || max < min) {
      throw Ec2Exception.invalid(
          "Expected 1 <= MinCount <= MaxCount, found MinCount " + min + " and MaxCount " + max);
    }
    parameters.endIfDryRun();
    faults.beforeLaunch(launch);
    machines.checkOpen();
    List<Instance> launched = instances.launch(launch, min, max, faults.takeVisibilityDelay());
    launch.clientToken().ifPresent(token -> byToken.put(token, new Earlier(asked, launch)));
    launched.forEach(i -> machines.boot(i, faults.takeBootDelay(), !faults.nextIsNeverReady()));
    faults.afterLaunch();
    InstanceXml.reservation(response, launch, launched);
  }

  private Optional<Launch> earlier(String token, Map<String, String> asked) {
    byToken.values().removeIf(e -> instances.ofReservation(e.launch().reservationId()).isEmpty());
    Earlier earlier = byToken.get(token);
    if (earlier == null) {
      if (byToken.size() >= MAX_TOKENS) {
        byToken.remove(byToken.keySet().iterator().next());
      }
      return Optional.empty();
    }
    if (!earlier.parameters().equals(asked)) {
      throw new Ec2Exception(
          400,
          "IdempotentParameterMismatch",
          "Arguments on this idempotent request are inconsistent with arguments used in previous"
              + " request(s).");
    }
    return Optional.of(earlier.launch());
  }

  private Launch launch(Ec2Parameters request, Ec2Parameters template) {
    Ec2Parameters parameters = request.over(template);
    Optional<String> token = parameters.text("ClientToken");
    if (token.isPresent() && token.get().length() > MAX_TOKEN_LENGTH) {
      throw Ec2Exception.invalid("A client token has at most " + MAX_TOKEN_LENGTH + " characters");
    }
    String behaviour = parameters.text("InstanceInitiatedShutdownBehavior").orElse("terminate");
    if (!behaviour.equals("terminate")) {
      throw Ec2Exception.invalid(
          "Expected InstanceInitiatedShutdownBehavior terminate (stopping needs a disk to keep),"
              + " found "
              + behaviour);
    }
    return new Launch(
        instances.newId("r-"),
        parameters.required("ImageId"),
        parameters.text("InstanceType").orElse("m1.small"),
        token,
        userData(parameters),
        tags(template, request),
        parameters
            .text("IamInstanceProfile.Name")
            .or(() -> parameters.text("IamInstanceProfile.Arn")),
        parameters.text("SubnetId"),
        parameters.texts("SecurityGroupId"),
        parameters.text("InstanceMarketOptions.MarketType").filter("spot"::equals).isPresent(),
        parameters.text("MetadataOptions.HttpTokens").orElse("required"),
        parameters.number("MetadataOptions.HttpPutResponseHopLimit").orElse(1));
  }

  private static byte[] userData(Ec2Parameters parameters) {
    byte[] decoded;
    try {
      // Tools break base64 into lines.
      decoded =
          Base64.getDecoder().decode(parameters.text("UserData").orElse("").replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw new Ec2Exception(
          400, "InvalidUserData.Malformed", "Invalid BASE64 encoding of user data");
    }
    if (decoded.length > MAX_USER_DATA_BYTES) {
      throw Ec2Exception.invalid("User data is limited to " + MAX_USER_DATA_BYTES + " bytes");
    }
    return decoded;
  }

  /** Those of the template too, where the request has none of the same key. */
  private static Map<String, String> tags(Ec2Parameters template, Ec2Parameters request) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (Ec2Parameters parameters : List.of(template, request)) {
      for (Ec2Parameters specification : parameters.structures("TagSpecification")) {
        String type = specification.required("ResourceType");
        switch (type) {
          case "instance" -> tags.putAll(specification.tags("Tag"));
          // Their resources are not shown anywhere, so neither are their tags.
          case "volume", "network-interface", "spot-instances-request" -> {}
          default ->
              throw Ec2Exception.invalid("'" + type + "' is not a valid taggable resource type");
        }
      }
    }
    Tags.check(tags);
    return tags;
  }
}
