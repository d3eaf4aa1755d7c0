package dev.argus.deploy;

import java.util.List;
import java.util.Locale;

/** What to do about what AWS says went wrong. */
final class Advice {
  private record Rule(List<String> words, String advice) {}

  // The first rule of which a word is in the reason counts.
  private static final List<Rule> RULES =
      List.of(
          new Rule(
              List.of("not authorized", "accessdenied", "access denied", "unauthorizedoperation"),
              "These credentials may not do that: use those of somebody who may, or have the"
                  + " permission added."),
          new Rule(
              List.of("already exist", "alreadyexists", "alreadyowned"),
              "Something of that name is there and not part of this stack: remove it, or choose"
                  + " other names with ARGUS_NAMES_PREFIX."),
          new Rule(
              List.of("signal(s)"),
              "A new web node did not answer /livez in time, so the release before it is back. Its log"
                  + " group says why; of one that was not installed, aws ec2 get-console-output"
                  + " --instance-id with its id."),
          new Rule(
              List.of("limit", "quota"),
              "A quota of the account is used up: free something, or ask for more in the console of"
                  + " Service Quotas."),
          new Rule(
              List.of("certificate"),
              "The certificate must be one of ACM's, issued, in this region: see"
                  + " --certificate-arn."),
          new Rule(
              List.of("cidr"), "The range must be one such as 203.0.113.0/24: see --allowed-cidr."),
          new Rule(
              List.of("instance type", "instancetype"),
              "This region or zone does not have that type: choose another with --instance-types,"
                  + " --web-instance-type or --subnets."));

  private static final String ELSE =
      "Mend what the reason names and run the same command again: it goes on from what is there.";

  private Advice() {}

  static String on(String reason) {
    String text = reason.toLowerCase(Locale.ROOT);
    return RULES.stream()
        .filter(rule -> rule.words().stream().anyMatch(text::contains))
        .map(Rule::advice)
        .findFirst()
        .orElse(ELSE);
  }
}
