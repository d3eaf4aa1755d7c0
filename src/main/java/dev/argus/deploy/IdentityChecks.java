package dev.argus.deploy;

import dev.argus.config.ArgusSettings;
import dev.argus.deploy.Doctor.Cluster;
import dev.argus.deploy.Services.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.model.StackResourceSummary;

/** Who calls, where, and whether there is a stack. */
final class IdentityChecks {
  private static final String CREDENTIALS = "credentials";
  private static final String REGION = "region";

  private final Services services;
  private final Findings findings;
  private Optional<Account> account = Optional.empty();
  private Optional<Stack.Description> stack = Optional.empty();
  private List<StackResourceSummary> resources = List.of();

  IdentityChecks(Services services, Findings findings) {
    this.services = services;
    this.findings = findings;
  }

  /** Looks, and says what the further checks look at. */
  Cluster run(Function<Map<String, String>, ArgusSettings> settings) throws InterruptedException {
    services
        .absent(Service.STS)
        .ifPresentOrElse(why -> findings.skip(CREDENTIALS, why), this::checkCaller);
    checkRegion();
    Optional<String> noStacks = services.absent(Service.CLOUDFORMATION);
    if (noStacks.isPresent()) {
      findings.skip("stack", noStacks.get());
    } else {
      findings.look("stack", () -> checkStack(settings.apply(Map.of()).names().prefix()));
    }
    ArgusSettings known = settings.apply(stack.map(Stack.Description::outputs).orElse(Map.of()));
    return new Cluster(services, known, account, stack, resources);
  }

  private void checkCaller() {
    try {
      account = Optional.of(Account.ask(services.sts(), services.region()));
      findings.ok(CREDENTIALS, account.get().caller());
    } catch (RuntimeException e) {
      findings.fail(
          CREDENTIALS,
          Findings.reason(e),
          "log in again, or name a profile with AWS_PROFILE; the SDK looks in its environment"
              + " variables, in ~/.aws and on the machine");
    }
  }

  private void checkRegion() {
    Region region = services.region();
    if (Region.regions().contains(region)) {
      findings.ok(REGION, region.id());
    } else {
      findings.fail(REGION, "AWS is not known to have a region " + region.id(), "check AWS_REGION");
    }
  }

  private void checkStack(String prefix) {
    Stack found =
        new Stack(services.cloudFormation(), prefix, Map.of(), Poll.onSystemTime(), line -> {});
    Optional<Stack.Description> description = found.describe();
    if (description.isEmpty()) {
      findings.fail("stack", "there is none called " + prefix, "argus provision makes it");
      return;
    }
    stack = description.filter(d -> d.state() == StackState.USABLE);
    if (stack.isEmpty()) {
      findings.fail(
          "stack",
          prefix + " is " + description.get().status(),
          "argus provision says how to go on");
      return;
    }
    resources = found.resources();
    findings.ok("stack", prefix + ", " + description.get().status());
  }
}
