package dev.argus.stack;

import java.util.HashMap;
import java.util.Map;

/** The stack as teams deploy it. */
final class TestStacks {
  static final String CIDR = "203.0.113.0/24";
  static final String CERTIFICATE =
      "arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";

  private TestStacks() {}

  /** One web node that runs, without a load balancer. */
  static Stack usual() {
    return with(Map.of());
  }

  /** Two web nodes behind a load balancer, alarms and Session Manager: all there is. */
  static Stack whole() {
    return with(
        Map.of(
            "WebNodes", "2",
            "CertificateArn", CERTIFICATE,
            "AlarmEmail", "ops@example.com",
            "SessionManager", "true"));
  }

  /** Like {@link #usual}, but for these parameters. */
  static Stack with(Map<String, String> parameters) {
    Map<String, String> all = new HashMap<>(required());
    all.put("ReleaseKey", "releases/argus-0.1.0-0123456789ab.zip");
    all.put("ReleaseSha256", "0123456789abcdef".repeat(4));
    all.putAll(parameters);
    return Template.argus().with(all);
  }

  /** The parameters that have no default. */
  static Map<String, String> required() {
    return Map.of(
        "AllowedCidr",
        CIDR,
        "VpcId",
        "vpc-0123456789abcdef0",
        "Subnets",
        ArgusCalls.SUBNET + "," + ArgusCalls.OTHER_SUBNET);
  }
}
