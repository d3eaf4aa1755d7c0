package dev.argus.deploy;

import dev.argus.config.InvalidSettingException;
import dev.argus.config.PricesSettings;
import dev.argus.deploy.Stack.Description;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out what there is, and what is to be done; does none of it. */
final class Planner {
  private final Deployment deployment;
  private final Network network;
  private final PricesSettings prices;

  Planner(Deployment deployment, Network network, PricesSettings prices) {
    this.deployment = deployment;
    this.network = network;
    this.prices = prices;
  }

  /**
   * What differs from what was asked for, as far as parameters and texts tell.
   *
   * @param before the stack; empty for none
   */
  Plan plan(Optional<Description> before) {
    StackParameters parameters = parameters(before.map(Description::parameters).orElse(Map.of()));
    parameters.toSdk(); // all that must be given is
    parameters.check();
    Costs costs = Costs.of(Costs.Shape.of(parameters), prices);
    if (before.isEmpty()) {
      Map<String, String> there = deployment.buckets().existing();
      return new Plan(before, parameters, FirstDeployment.lines(parameters, there), true, costs);
    }
    List<String> differences = new ArrayList<>(parameters.differences());
    if (!sameText(deployment.stack().template(), deployment.template().body())) {
      differences.add("deploy/argus.yaml: the stack was made from another text");
    }
    return new Plan(before, parameters, differences, !differences.isEmpty(), costs);
  }

  /**
   * What CloudFormation would do to the resources of a stack that is there, beside what differs. It
   * notes that in a change set, which is removed again.
   */
  Plan inDetail(Plan plan) throws InterruptedException {
    ChangeSet changeSet =
        deployment.changeSets().ofUpdate(deployment.template(), plan.parameters().toSdk());
    deployment.changeSets().discard(changeSet);
    List<String> lines = new ArrayList<>(changeSet.differs() ? plan.changes() : List.of());
    lines.addAll(changeSet.lines());
    return plan.with(lines, changeSet.differs());
  }

  private StackParameters parameters(Map<String, String> previous) {
    StackParameters given =
        new StackParameters(
            TemplateOutline.of(deployment.template().body()),
            deployment.options().parameters(),
            previous);
    if (given.valueOf("AllowedCidr").isEmpty()) {
      throw new InvalidSettingException(
          "say who may send photos, and reach the web node at all: --allowed-cidr with the range of"
              + " your network, such as 203.0.113.0/24");
    }
    StackParameters placed = given.orElse("VpcId", network::defaultVpc);
    return placed
        .orElse(
            "Subnets",
            () -> String.join(",", network.subnets(placed.valueOf("VpcId").orElseThrow())))
        .with("Prefix", deployment.names().prefix())
        .with("ReleaseKey", deployment.release().key())
        .with("ReleaseSha256", deployment.release().sha256());
  }

  private static boolean sameText(String a, String b) {
    return lines(a).equals(lines(b));
  }

  private static List<String> lines(String text) {
    return text.lines().map(String::stripTrailing).toList();
  }
}
