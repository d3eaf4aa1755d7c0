package dev.argus.deploy;

import dev.argus.aws.MissingCredentialsException;
import dev.argus.config.ArgusSettings;
import dev.argus.config.NamesSettings;
import dev.argus.deploy.Doctor.Cluster;
import dev.argus.deploy.Services.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.model.StackResourceSummary;

/** Who calls, where, and whether there is a stack. */
final class IdentityChecks {
  private static final String REGION = "region";
  private static final String NOBODY = "AWS tells nothing to credentials that it does not know";

  private final Services services;
  private final Findings findings;
  private Optional<Account> account = Optional.empty();
  private Optional<Stack.Description> stack = Optional.empty();
  private List<StackResourceSummary> resources = List.of();
  private boolean noStack;
  private Optional<String> nothingToLookAt = Optional.empty();

  IdentityChecks(Services services, Findings findings) {
    this.services = services;
    this.findings = findings;
  }

  /** Looks, and says what the further checks look at. */
  Cluster run(Function<Map<String, String>, ArgusSettings> settings) throws InterruptedException {
    services
        .absent(Service.STS)
        .ifPresentOrElse(why -> findings.skip(Finding.CREDENTIALS, why), this::checkCaller);
    checkRegion();
    String prefix = settings.apply(Map.of()).names().prefix();
    Optional<String> noStacks = services.absent(Service.CLOUDFORMATION);
    if (noStacks.isPresent()) {
      findings.skip("stack", noStacks.get());
    } else if (nothingToLookAt.isEmpty()) {
      findings.look("stack", () -> checkStack(prefix));
    }
    Map<String, String> names = new HashMap<>();
    if (noStacks.isEmpty() && account.isPresent()) {
      names.putAll(new ClusterNames(prefix, account.get()).buckets());
    }
    stack.map(Stack.Description::outputs).ifPresent(names::putAll);
    ArgusSettings known = settings.apply(names);
    if (noStack && hasNames(known.names(), names)) {
      nothingToLookAt = Optional.of("there is no stack");
    }
    return new Cluster(services, known, account, stack, resources);
  }

  /** Why the further checks would find nothing; empty if they may find something. */
  Optional<String> nothingToLookAt() {
    return nothingToLookAt;
  }

  /** Whether the buckets are those of a stack: who names others has perhaps made them. */
  private static boolean hasNames(NamesSettings settings, Map<String, String> names) {
    return settings.inputBucket().equals(names.get("InputBucket"))
        && settings.outputBucket().equals(names.get("OutputBucket"))
        && settings.stateBucket().equals(names.get("StateBucket"));
  }

  private void checkCaller() {
    try {
      account = Optional.of(Account.ask(services.sts(), services.region()));
      findings.ok(Finding.CREDENTIALS, account.get().caller());
    } catch (MissingCredentialsException e) {
      nothingToLookAt = Optional.of(NOBODY);
      findings.fail(
          Finding.CREDENTIALS,
          "there are none, or they have expired",
          MissingCredentialsException.REMEDY);
    } catch (RuntimeException e) {
      nothingToLookAt = Optional.of(NOBODY);
      findings.fail(
          Finding.CREDENTIALS,
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
      noStack = true;
      findings.fail(
          "stack", "there is none called " + prefix, "run argus provision, which makes it");
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
