package dev.argus.stack;

import static dev.argus.stack.Template.list;
import static dev.argus.stack.Template.map;
import static dev.argus.stack.Template.texts;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.MarketType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesRequest;

/**
 * What EC2 asks IAM for when it gets a request.
 *
 * <p>From "Actions, resources, and condition keys for Amazon EC2" in the Service Authorization
 * Reference, and for tags at a launch from "Grant permission to tag Amazon EC2 resources during
 * creation" in EC2's user guide. A request, or a launch template, that says what is not told of
 * here fails.
 */
final class Ec2Authorization {
  /** What a launch may say; the first five are of no interest to IAM. */
  private static final Set<String> OF_A_LAUNCH =
      Set.of(
          "MinCount",
          "MaxCount",
          "ClientToken",
          "UserData",
          "InstanceMarketOptions",
          "InstanceType",
          "LaunchTemplate",
          "SubnetId",
          "TagSpecifications");

  /** What its launch template may say; the first two are of no interest to IAM here. */
  private static final Set<String> OF_A_TEMPLATE =
      Set.of(
          "InstanceInitiatedShutdownBehavior",
          "BlockDeviceMappings",
          "IamInstanceProfile",
          "ImageId",
          "InstanceType",
          "MetadataOptions",
          "SecurityGroupIds",
          "TagSpecifications");

  private final Stack stack;
  private final Context caller;
  private final Function<String, Map<String, String>> tagsOf;

  /**
   * @param caller what is known of every call, whatever it asks for
   * @param tagsOf the tags of an instance
   */
  Ec2Authorization(Stack stack, Context caller, Function<String, Map<String, String>> tagsOf) {
    this.stack = stack;
    this.caller = caller;
    this.tagsOf = tagsOf;
  }

  /** All of them must be allowed. */
  List<Call> of(SdkRequest request) {
    if (request instanceof DescribeInstancesRequest) {
      return List.of(new Call("ec2:DescribeInstances", "*", caller)); // EC2 knows no resource there
    }
    if (request instanceof TerminateInstancesRequest end) {
      return end.instanceIds().stream().map(this::end).toList();
    }
    if (request instanceof RunInstancesRequest launch) {
      return launch(launch);
    }
    throw new AssertionError("say here what IAM is asked for by " + request);
  }

  private Call end(String instance) {
    Call end = new Call("ec2:TerminateInstances", arn("instance/" + instance), caller);
    return with(end, "aws:ResourceTag/", tagsOf.apply(instance)).with("ec2:InstanceID", instance);
  }

  /** One question for each resource that is used or made, one for each that is tagged, the role. */
  private List<Call> launch(RunInstancesRequest request) {
    checkKnown(namesIn(request), OF_A_LAUNCH);
    String id = request.launchTemplate().launchTemplateId();
    Map<String, Object> template = template(id);
    checkKnown(template.keySet(), OF_A_TEMPLATE);
    List<Call> all = new ArrayList<>();

    String templateArn = arn("launch-template/" + id);
    all.add(run(templateArn, templateArn));
    String image = "arn:aws:ec2:%s::image/%s".formatted(Stack.REGION, template.get("ImageId"));
    all.add(run(image, templateArn).with("ec2:IsLaunchTemplateResource", "true"));
    for (String group : texts(template.get("SecurityGroupIds"))) {
      all.add(
          run(arn("security-group/" + group), templateArn)
              .with("ec2:IsLaunchTemplateResource", "true"));
    }
    all.add(
        run(arn("subnet/" + request.subnetId()), templateArn)
            .with("ec2:IsLaunchTemplateResource", "false")
            .with("ec2:SubnetID", request.subnetId()));

    String profile = map(template.get("IamInstanceProfile")).get("Arn").toString();
    Map<String, Map<String, String>> tags = tags(template, request);
    for (String made : List.of("instance", "volume", "network-interface")) {
      Call call = tagged(run(arn(made + "/*"), templateArn), tags.getOrDefault(made, Map.of()));
      if (made.equals("instance")) {
        String tokens = map(template.get("MetadataOptions")).get("HttpTokens").toString();
        call =
            call.with("ec2:InstanceType", request.instanceTypeAsString())
                .with("ec2:InstanceProfile", profile)
                .with("ec2:MetadataHttpTokens", tokens);
      }
      all.add(call);
    }
    if (tags.containsKey("spot-instances-request")) {
      // Looked at only if it is tagged, and then without the keys of a launch template.
      if (request.instanceMarketOptions().marketType() != MarketType.SPOT) {
        throw new AssertionError("EC2 refuses tags for what is not made: " + request);
      }
      all.add(
          tagged(
              new Call("ec2:RunInstances", arn("spot-instances-request/*"), caller),
              tags.get("spot-instances-request")));
    }
    tags.forEach(
        (made, ofIt) ->
            all.add(
                tagged(new Call("ec2:CreateTags", arn(made + "/*"), caller), ofIt)
                    .with("ec2:CreateAction", "RunInstances")));
    all.add(
        new Call("iam:PassRole", role(profile), caller)
            .with("iam:PassedToService", "ec2.amazonaws.com"));
    return all;
  }

  private Call run(String resource, String template) {
    return new Call("ec2:RunInstances", resource, caller).with("ec2:LaunchTemplate", template);
  }

  private static Call tagged(Call call, Map<String, String> tags) {
    return with(call, "aws:RequestTag/", tags)
        .with("aws:TagKeys", tags.keySet().toArray(String[]::new));
  }

  private static Call with(Call call, String key, Map<String, String> tags) {
    Call result = call;
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      result = result.with(key + tag.getKey(), tag.getValue());
    }
    return result;
  }

  /** By type of resource: those of the template, and over them those of the request. */
  private static Map<String, Map<String, String>> tags(
      Map<String, Object> template, RunInstancesRequest request) {
    Map<String, Map<String, String>> all = new TreeMap<>();
    for (Object specification : list(template.get("TagSpecifications"))) {
      for (Object tag : list(map(specification).get("Tags"))) {
        all.computeIfAbsent(
                map(specification).get("ResourceType").toString(), type -> new TreeMap<>())
            .put(map(tag).get("Key").toString(), map(tag).get("Value").toString());
      }
    }
    request
        .tagSpecifications()
        .forEach(
            specification ->
                specification
                    .tags()
                    .forEach(
                        tag ->
                            all.computeIfAbsent(
                                    specification.resourceTypeAsString(), type -> new TreeMap<>())
                                .put(tag.key(), tag.value())));
    return all;
  }

  private Map<String, Object> template(String id) {
    return stack.ofType("AWS::EC2::LaunchTemplate").stream()
        .filter(template -> PhysicalName.of(template).equals(id))
        .map(template -> map(template.properties().get("LaunchTemplateData")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the stack has no launch template " + id));
  }

  private String role(String profileArn) {
    String name =
        stack.ofType("AWS::IAM::InstanceProfile").stream()
            .filter(profile -> PhysicalName.attribute(profile, "Arn").equals(profileArn))
            .map(profile -> texts(profile.properties().get("Roles")).get(0))
            .findFirst()
            .orElseThrow();
    return stack.ofType("AWS::IAM::Role").stream()
        .filter(role -> PhysicalName.of(role).equals(name))
        .map(role -> PhysicalName.attribute(role, "Arn"))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> namesIn(SdkPojo request) {
    return request.sdkFields().stream()
        .filter(field -> field.getValueOrDefault(request) != null)
        .filter(field -> !(field.getValueOrDefault(request) instanceof SdkAutoConstructList))
        .map(field -> field.memberName())
        .collect(Collectors.toSet());
  }

  private static void checkKnown(Set<String> found, Set<String> known) {
    if (!known.containsAll(found)) {
      throw new AssertionError(
          "say here what IAM is asked for by those of " + found + " beyond " + known);
    }
  }

  private static String arn(String resource) {
    return "arn:aws:ec2:%s:%s:%s".formatted(Stack.REGION, Stack.ACCOUNT, resource);
  }
}
