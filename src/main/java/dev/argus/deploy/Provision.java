package dev.argus.deploy;

import dev.argus.config.ArgusSettings;
import dev.argus.deploy.ProvisionReport.Outcome;
import dev.argus.deploy.Stack.Description;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Makes what a cluster needs on AWS, or changes it: secrets, buckets, the release, the stack.
 *
 * <p>Each step finds out what is there already, so that whatever was interrupted or failed goes on
 * when it is run again, and a second run changes nothing. It asks before it spends.
 */
public final class Provision {
  private static final String ON_DEMAND = "on-demand";

  private final Services services;
  private final ArgusSettings settings;
  private final Conversation conversation;
  private final Poll poll;
  private final RandomGenerator random;

  public Provision(Services services, ArgusSettings settings, Conversation conversation) {
    this(services, settings, conversation, Poll.onSystemTime(), new SecureRandom());
  }

  /**
   * @param random makes the secrets
   */
  Provision(
      Services services,
      ArgusSettings settings,
      Conversation conversation,
      Poll poll,
      RandomGenerator random) {
    this.services = services;
    this.settings = settings;
    this.conversation = conversation;
    this.poll = poll;
    this.random = random;
  }

  /**
   * Does it.
   *
   * @throws DeployException if it cannot go on, with what to do
   */
  public ProvisionReport run(ProvisionOptions options) throws IOException, InterruptedException {
    Deployment deployment = Deployment.open(options, services, settings, conversation, poll);
    Planner planner = new Planner(deployment, new Network(services.ec2()), settings.prices());
    Optional<Description> before = deployment.stack().describe();
    Optional<Description> usable = before.filter(stack -> stack.state() == StackState.USABLE);
    Plan plan = planner.plan(usable); // before anything is removed or made
    if (before.isPresent() && usable.isEmpty() && !clear(deployment, before.get())) {
      return report(deployment, plan, Outcome.DECLINED);
    }
    WebGroup web = new WebGroup(services.autoScaling(), deployment.names().prefix(), poll);
    boolean stopped = plan.updates() && web.isStopped();
    if (stopped) {
      conversation.say(
          "No web node is to run: a tear-down stopped half-way, or somebody has set the group "
              + plan.before().get().outputs().getOrDefault("WebGroup", "of web nodes")
              + " to 0.");
    }
    if (options.dryRun()) {
      if (stopped) {
        conversation.say("They would be started again.");
      }
      return dryRun(deployment, planner, plan);
    }
    if (stopped && !restart(deployment, web, WebGroup.nodes(plan.before().get().parameters()))) {
      return report(deployment, plan, Outcome.DECLINED);
    }
    return carryOut(deployment, planner, plan);
  }

  /** To CloudFormation the stack is as it was asked for, so no update would do this. */
  private boolean restart(Deployment deployment, WebGroup web, int nodes) {
    if (!conversation.agree("Start %d again?".formatted(nodes))) {
      conversation.say("Nothing was done.");
      return false;
    }
    makeSecrets(deployment); // a web node reads them when it starts
    web.resize(nodes);
    conversation.say("Started %d web node(s) again.".formatted(nodes));
    return true;
  }

  /**
   * Removes what is left of a stack that cannot be updated.
   *
   * @return whether there is none any more, or would not be
   */
  private boolean clear(Deployment deployment, Description stack) throws InterruptedException {
    String name = deployment.stack().name();
    boolean dryRun = deployment.options().dryRun();
    return switch (stack.state()) {
      case BROKEN -> {
        conversation.say(
            ("The stack %s is %s, so it must be removed before another can be made. Its buckets stay"
                    + " with what is in them, and the new stack takes them over.")
                .formatted(name, stack.status()));
        boolean agreed = dryRun || conversation.agree("Remove the failed stack?");
        if (agreed && !dryRun) {
          deployment.stack().delete();
        }
        yield agreed;
      }
      case STUCK ->
          throw new DeployException(
              ("the stack %s is %s: an update failed, and so did taking it back. Its events say why;"
                      + " mend that, then: aws cloudformation continue-update-rollback --stack-name"
                      + " %s")
                  .formatted(name, stack.status(), name));
      case BUSY ->
          throw new DeployException(
              "the stack %s is %s: something else is changing it; run this again when that is done"
                  .formatted(name, stack.status()));
      default -> {
        if (!dryRun) {
          deployment.stack().delete(); // a name and nothing else
        }
        yield true;
      }
    };
  }

  private ProvisionReport dryRun(Deployment deployment, Planner planner, Plan plan)
      throws InterruptedException {
    Plan exact = plan.differs() && plan.before().isPresent() ? planner.inDetail(plan) : plan;
    if (!exact.differs()) {
      conversation.say("Nothing would change.");
      return report(deployment, exact, Outcome.PLANNED);
    }
    show(deployment, exact);
    if (plan.updates() && !deployment.options().update()) {
      conversation.say("It takes --update to do so.");
    }
    conversation.say(
        plan.before().isPresent()
            ? "Nothing was changed: this was a dry run. CloudFormation worked it out as a change set,"
                + " which is removed again."
            : "Nothing was done: this was a dry run.");
    return report(deployment, exact, Outcome.PLANNED);
  }

  private ProvisionReport carryOut(Deployment deployment, Planner planner, Plan plan)
      throws InterruptedException {
    if (plan.updates() && plan.differs() && !deployment.options().update()) {
      conversation.say("The cluster is there, and this differs:");
      plan.changes().forEach(line -> conversation.say("  " + line));
      conversation.say("Nothing was changed: that takes --update.");
      return report(deployment, plan, Outcome.UPDATE_AVAILABLE);
    }
    Plan exact = plan.differs() && plan.before().isPresent() ? planner.inDetail(plan) : plan;
    if (!exact.differs()) {
      makeSecrets(deployment);
      conversation.say("Nothing to change: the cluster is as it was asked for.");
      return report(deployment, exact, Outcome.UNCHANGED);
    }
    show(deployment, exact);
    if (!conversation.agree(plan.updates() ? "Change it?" : "Make it?")) {
      conversation.say("Nothing was done.");
      return report(deployment, exact, Outcome.DECLINED);
    }
    makeSecrets(deployment);
    if (plan.before().isEmpty()) {
      conversation.say("Making the buckets");
      deployment.buckets().deploy(deployment.stack(), deployment.changeSets());
    }
    upload(deployment);
    conversation.say("Deploying the stack " + deployment.stack().name());
    deployment.stack().update(deployment.template(), plan.parameters().toSdk());
    if (plan.updates()) {
      tellOfAttrition(plan.parameters());
    }
    return report(deployment, exact, Outcome.DEPLOYED);
  }

  private void show(Deployment deployment, Plan plan) {
    conversation.say(plan.updates() ? "To be changed:" : "To be made:");
    plan.changes().forEach(line -> conversation.say("  " + line));
    plan.costs().text().forEach(conversation::say);
    if (!plan.parameters().valueOf("Purchase").orElse(ON_DEMAND).equals(ON_DEMAND)) {
      conversation.say(
          "An account that has never used spot instances gets none before this was done once: aws"
              + " iam create-service-linked-role --aws-service-name spot.amazonaws.com");
    }
    if (!deployment.release().hasBillOfMaterials()) {
      conversation.say(
          "The release has no bill of materials (argus-sbom.json): it was built offline. To have one,"
              + " make it anew with mvn package, online.");
    }
  }

  private void makeSecrets(Deployment deployment) {
    for (String made : deployment.secrets().makeMissing(random)) {
      conversation.say("Made the secret " + made + "; to see it: " + ClusterSecrets.show(made));
    }
  }

  private void upload(Deployment deployment) {
    Release release = deployment.release();
    if (deployment.releaseBucket().has(release)) {
      conversation.say("The release " + release.key() + " is uploaded already");
      return;
    }
    conversation.say(
        "Uploading %s (%,d MB) as %s"
            .formatted(release.file().getFileName(), release.size() / 1_000_000, release.key()));
    deployment.releaseBucket().put(release);
  }

  private void tellOfAttrition(StackParameters parameters) {
    conversation.say(
        "App nodes that start from now on have the new release; those that run finish what they do"
            + " and leave when they are idle, so no work is lost.");
    if (parameters.numberOf("MinWorkers") > 0) {
      conversation.say(
          "MinWorkers of them never are: end those yourself when it suits; they finish or give back"
              + " what they hold, and new ones follow.");
    }
  }

  private ProvisionReport report(Deployment deployment, Plan plan, Outcome outcome)
      throws InterruptedException {
    Optional<Description> now =
        deployment.stack().describe().filter(stack -> stack.state() == StackState.USABLE);
    Map<String, String> outputs = now.map(Description::outputs).orElse(Map.of());
    WebAddress address = new WebAddress(services.ec2(), deployment.names().prefix());
    Readiness.Seen seen = new Readiness.Seen(Optional.empty(), false, "");
    if (now.filter(Plan::isWhole).isPresent()) {
      if (deployment.options().patience().isZero() || !outcome.isFinal()) {
        seen = new Readiness.Seen(address.find(outputs), false, "");
      } else {
        conversation.say("Waiting until the web tier is ready");
        seen =
            new Readiness(() -> address.find(outputs), poll).await(deployment.options().patience());
        if (!seen.ready()) {
          new InstallLog(services.ec2(), deployment.names().prefix())
              .lines()
              .forEach(conversation::say);
        }
      }
    }
    if (!seen.detail().isEmpty()) {
      conversation.say(seen.url().map(URI::toString).orElse("The web tier") + ": " + seen.detail());
    }
    return new ProvisionReport(
        outcome,
        deployment.names().stack(),
        deployment.names().account(),
        deployment.release().key(),
        plan.changes(),
        plan.costs(),
        outputs,
        seen.url(),
        seen.ready());
  }
}
