package dev.argus.localaws;

import java.time.Clock;
import java.util.List;

/** Ends instances; all the named ones or, if one cannot be, none. */
final class TerminateInstances implements Ec2Action {
  private final Instances instances;
  private final Machines machines;
  private final Clock clock;

  TerminateInstances(Instances instances, Machines machines, Clock clock) {
    this.instances = instances;
    this.machines = machines;
    this.clock = clock;
  }

  @Override
  public void answer(Ec2Parameters parameters, Xml response) {
    List<String> ids = parameters.texts("InstanceId");
    if (ids.isEmpty()) {
      throw Ec2Exception.missing("InstanceId");
    }
    List<Instance> before = instances.visible(ids);
    before.stream()
        .filter(Instance::protectedFromTermination)
        .findFirst()
        .ifPresent(
            i -> {
              throw new Ec2Exception(
                  400,
                  "OperationNotPermitted",
                  "The instance '" + i.id() + "' may not be terminated: it is this very process");
            });
    parameters.endIfDryRun();
    before.forEach(i -> machines.stop(i.id(), StateReason.byUser(clock.instant())));
    response.items(
        "instancesSet",
        before,
        (x, instance) -> {
          x.text("instanceId", instance.id());
          // Even if it is gone by now: EC2 never ends an instance while one waits for the answer.
          boolean ended = instance.state() == InstanceState.TERMINATED;
          InstanceXml.state(
              x, "currentState", ended ? InstanceState.TERMINATED : InstanceState.SHUTTING_DOWN);
          InstanceXml.state(x, "previousState", instance.state());
        });
  }
}
