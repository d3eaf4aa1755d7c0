package dev.argus.deploy;

import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/**
 * Whose account it is, and as whom it is called.
 *
 * @param id twelve digits
 * @param caller the ARN of the user or of the session of a role
 */
public record Account(String id, String caller, Region region) {

  /** Asks STS, which answers whoever has credentials that are in force. */
  static Account ask(StsClient sts, Region region) {
    GetCallerIdentityResponse caller = sts.getCallerIdentity();
    return new Account(caller.account(), caller.arn(), region);
  }

  /** Such as {@code arn:aws:sqs:eu-west-1:123456789012:NAME}. */
  String arn(String service, String resource) {
    return "arn:%s:%s:%s:%s:%s".formatted(partition(), service, region.id(), id, resource);
  }

  /** {@code aws}, {@code aws-cn} and so on: the second part of every ARN. */
  String partition() {
    String[] parts = caller.split(":");
    return parts.length > 1 ? parts[1] : "aws";
  }

  /** Whose it is, for people. */
  String text() {
    return "Account %s, region %s, as %s".formatted(id, region.id(), caller);
  }

  /** What names that are global end in, such as those of buckets. */
  String suffix() {
    return "-" + id + "-" + region.id();
  }
}
