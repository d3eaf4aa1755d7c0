package dev.argus.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.deploy.DeployParts;
import dev.argus.deploy.DeployParts.Asked;
import dev.argus.deploy.DeployParts.Named;
import dev.argus.stack.ArgusCalls.Made;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** `argus doctor` asks IAM for all that the policies of the stack allow, and for nothing else. */
class DoctorPermissionsTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachPermissionIsAllowedAndEachStatementIsAskedFor(boolean all) {
    Stack stack =
        TestStacks.with(
            Map.of(
                "SessionManager",
                String.valueOf(all),
                "Purchase",
                all ? "spot-then-on-demand" : "on-demand"));
    Named named =
        new Named(
            Stack.ACCOUNT,
            Stack.REGION,
            Stack.ID,
            stack.output("AppLaunchTemplate").orElseThrow(),
            PhysicalName.attribute(stack.get("AppProfile"), "Arn"),
            PhysicalName.attribute(stack.get("AppRole"), "Arn"),
            PhysicalName.attribute(stack.get("AppSecurityGroup"), "GroupId"),
            List.of(ArgusCalls.SUBNET, ArgusCalls.OTHER_SUBNET),
            List.of("c7i.large", "c6i.large", "m6i.large"),
            all,
            all);
    assertThatDoctorAsksForAll(Policies.of(stack, "WebRole"), DeployParts.ofWebNode(named));
    assertThatDoctorAsksForAll(Policies.of(stack, "AppRole"), DeployParts.ofAppNode(named));
  }

  private static void assertThatDoctorAsksForAll(Policies policies, List<Asked> asked) {
    List<Made> calls =
        asked.stream()
            .map(a -> new Call(a.action(), a.resource(), Context.of(a.context())))
            .map(call -> new Made("doctor", call))
            .toList();
    assertThat(calls).allMatch(made -> policies.allow(made.call()));
    PolicyTest.assertThatAllIsUsed(policies, calls);
  }
}
