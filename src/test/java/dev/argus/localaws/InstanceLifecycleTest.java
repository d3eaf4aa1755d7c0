package dev.argus.localaws;

import static dev.argus.localaws.Ec2Fixture.STAYS;
import static dev.argus.localaws.Ec2Fixture.errorOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

class InstanceLifecycleTest {
  @TempDir Path data;
  private Ec2Fixture ec2;

  @BeforeEach
  void start() {
    ec2 = new Ec2Fixture(data);
  }

  @AfterEach
  void stop() {
    ec2.close();
  }

  @Test
  void anInstanceGoesFromPendingToRunningToTerminated() {
    ec2.ec2.faults().delayBoots(Duration.ofMillis(200));
    Instance launched = ec2.run(STAYS, Ec2Fixture.named("app-tier-instance-1"));
    assertThat(launched.state().code()).isZero();
    assertThat(launched.state().name()).isEqualTo(InstanceStateName.PENDING);

    Instance running = ec2.awaitState(launched.instanceId(), InstanceStateName.RUNNING);
    assertThat(running.state().code()).isEqualTo(16);
    assertThat(running.privateIpAddress()).isEqualTo("127.0.0.1");
    assertThat(running.launchTime()).isEqualTo(launched.launchTime());
    assertThat(running.tags()).extracting(t -> t.value()).containsExactly("app-tier-instance-1");

    var changes =
        ec2.client
            .terminateInstances(b -> b.instanceIds(launched.instanceId()))
            .join()
            .terminatingInstances();
    assertThat(changes.get(0).previousState().name()).isEqualTo(InstanceStateName.RUNNING);
    assertThat(changes.get(0).currentState().code()).isEqualTo(32);
    Instance ended = ec2.awaitState(launched.instanceId(), InstanceStateName.TERMINATED);
    assertThat(ended.state().code()).isEqualTo(48);
    assertThat(ended.stateReason().code()).isEqualTo("Client.UserInitiatedShutdown");
    assertThat(ended.stateTransitionReason()).startsWith("User initiated (");
  }

  @Test
  void terminatingTwiceIsTheSameAsOnce() {
    String id = ec2.run(STAYS).instanceId();
    ec2.awaitState(id, InstanceStateName.RUNNING);
    ec2.terminate(id);
    ec2.terminate(id);
    ec2.awaitState(id, InstanceStateName.TERMINATED);
    var again =
        ec2.client.terminateInstances(b -> b.instanceIds(id)).join().terminatingInstances().get(0);
    assertThat(again.previousState().name()).isEqualTo(InstanceStateName.TERMINATED);
    assertThat(again.currentState().name()).isEqualTo(InstanceStateName.TERMINATED);
  }

  @Test
  void terminatingGivesTheProgramTimeToCleanUp() {
    String id =
        ec2.run(
                "#!/bin/sh\ntrap 'echo cleaned up; exit 0' TERM\necho ready\nwhile :; do sleep 0.02; done\n")
            .instanceId();
    ec2.awaitLog(id, "ready");
    ec2.terminate(id);
    ec2.awaitState(id, InstanceStateName.TERMINATED);
    assertThat(ec2.log(id)).contains("cleaned up");
  }

  @Test
  void aProgramThatIgnoresSigtermIsKilledAfterTheGrace() {
    String id =
        ec2.run("#!/bin/sh\ntrap '' TERM\necho pid $$\nwhile :; do sleep 0.1; done\n").instanceId();
    long pid = pid(ec2.awaitLog(id, "pid"));
    ec2.terminate(id);
    assertThat(ec2.describe(id).state().name()).isEqualTo(InstanceStateName.SHUTTING_DOWN);
    ec2.awaitState(id, InstanceStateName.TERMINATED);
    awaitGone(pid);
  }

  @Test
  void childrenOfTheProgramEndWithIt() {
    String id =
        ec2.run(
                "#!/bin/sh\nsh -c 'trap \"\" TERM; echo pid $$; while :; do sleep 0.1; done' &\nwait\n")
            .instanceId();
    long child = pid(ec2.awaitLog(id, "pid"));
    ec2.terminate(id);
    ec2.awaitState(id, InstanceStateName.TERMINATED);
    awaitGone(child);
  }

  @Test
  void aChildThatOutlivesItsParentHasTheGraceToFinish() {
    // As bash does, which dies of SIGTERM at once while the java it started still drains.
    String id =
        ec2.run(
                "#!/bin/bash\n"
                    + "sh -c 'trap \"sleep 0.3; echo drained; exit\" TERM; echo ready;"
                    + " while :; do sleep 0.02; done'\n"
                    + "echo unreachable\n")
            .instanceId();
    ec2.awaitLog(id, "ready");
    ec2.terminate(id);
    ec2.awaitState(id, InstanceStateName.TERMINATED);
    assertThat(ec2.log(id)).contains("drained");
  }

  @Test
  void aProgramThatEndsTakesItsInstanceAndWhatItLeftBehindAlong() {
    String id = ec2.run("#!/bin/sh\nsleep 600 &\necho pid $!\nexit 7\n").instanceId();
    Instance ended = ec2.awaitState(id, InstanceStateName.TERMINATED);
    assertThat(ended.stateReason().code()).isEqualTo("Client.InstanceInitiatedShutdown");
    assertThat(ended.stateReason().message()).contains("exit code 7");
    awaitGone(pid(ec2.log(id)));
  }

  @Test
  void aProgramThatIsKilledIsNoticedAtOnce() {
    String id = ec2.run("#!/bin/sh\necho pid $$\nexec sleep 600\n").instanceId();
    long pid = pid(ec2.awaitLog(id, "pid"));
    ec2.awaitState(id, InstanceStateName.RUNNING);
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(2))
        .until(() -> ec2.describe(id).state().name() == InstanceStateName.TERMINATED);
  }

  @Test
  void theProgramSeesItsOwnEnvironmentAndNothingOfOurs() {
    ec2.close();
    ec2 =
        new Ec2Fixture(
            data, Ec2Options.defaults(), Map.of("ARGUS_HOME", "/opt/argus"), Clock.systemUTC());
    String id = ec2.run("#!/bin/sh\nenv\necho end\nexec sleep 600\n").instanceId();
    String environment = ec2.awaitLog(id, "end");
    assertThat(environment.lines())
        .contains("ARGUS_HOME=/opt/argus", "AWS_ENDPOINT_URL_EC2=" + ec2.ec2.endpoint())
        .anyMatch(l -> l.startsWith("AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:"))
        .noneMatch(l -> l.startsWith("HOME="));
  }

  @Test
  void theInterpreterMayHaveAnArgument() {
    String id = ec2.run("#!/usr/bin/env -S bash -e\necho \"$BASH_VERSION bash\"\n").instanceId();
    ec2.awaitLog(id, "bash");
  }

  @Test
  void aScriptIsForItsOwnerOnlyAndIsGoneAfterwards() throws Exception {
    String id = ec2.run(STAYS).instanceId();
    ec2.awaitState(id, InstanceStateName.RUNNING);
    Path script = data.resolve("instances").resolve(id + ".user-data");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(script)))
        .isEqualTo("rwx------");
    ec2.terminate(id);
    ec2.awaitState(id, InstanceStateName.TERMINATED);
    assertThat(script).doesNotExist();
  }

  @Test
  void anInterpreterThatDoesNotExistEndsTheInstanceWithAReason() {
    String id = ec2.run("#!/no/such/interpreter\n").instanceId();
    ec2.awaitState(id, InstanceStateName.TERMINATED);
    assertThat(ec2.describe(id).stateReason().message()).isNotBlank();
  }

  @Test
  void anInstanceThatIsTerminatedBeforeItBootsNeverRuns() {
    ec2.ec2.faults().delayBoots(Duration.ofMillis(200));
    String id = ec2.run("#!/bin/sh\necho ran\n").instanceId();
    ec2.terminate(id);
    assertThat(ec2.describe(id).state().name()).isEqualTo(InstanceStateName.TERMINATED);
    await().during(Duration.ofMillis(400)).until(() -> ec2.log(id).isEmpty());
  }

  @Test
  void closingEndsEveryInstance() {
    List<Long> pids =
        Stream.of(1, 2, 3)
            .map(i -> ec2.run("#!/bin/sh\necho pid $$\nexec sleep 600\n").instanceId())
            .toList()
            .stream()
            .map(id -> pid(ec2.awaitLog(id, "pid")))
            .toList();
    ec2.close();
    pids.forEach(InstanceLifecycleTest::awaitGone);
  }

  @Test
  void theWebProcessIsShownAndCannotBeTerminated() {
    String self = ec2.ec2.registerSelf(Map.of("Name", "web-instance"));
    assertThat(ec2.describe(self).state().name()).isEqualTo(InstanceStateName.RUNNING);
    assertThat(errorOf(() -> ec2.terminate(self))).isEqualTo("OperationNotPermitted");
  }

  @Test
  void terminatedInstancesAreForgottenWhenThereAreTooMany() {
    ec2.close();
    ec2 =
        new Ec2Fixture(
            data,
            Ec2Options.defaults().withMaxTerminated(1).withMaxLogs(1),
            Map.of(),
            Clock.systemUTC());
    String first = ec2.run("#!/bin/sh\necho one\n").instanceId();
    ec2.awaitState(first, InstanceStateName.TERMINATED);
    String second = ec2.run("#!/bin/sh\necho two\n").instanceId();
    ec2.awaitState(second, InstanceStateName.TERMINATED);
    assertThat(ec2.all()).extracting(Instance::instanceId).containsExactly(second);
    await().until(() -> ec2.log(first).isEmpty());
    assertThat(ec2.log(second)).isEqualTo("two\n");
  }

  private static long pid(String log) {
    return log.lines()
        .filter(l -> l.startsWith("pid "))
        .map(l -> Long.parseLong(l.substring(4)))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitGone(long pid) {
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(5))
        .until(() -> ProcessHandle.of(pid).map(p -> !p.isAlive()).orElse(true));
  }
}
