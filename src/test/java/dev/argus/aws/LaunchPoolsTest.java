package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.Ec2Settings;
import dev.argus.config.Purchase;
import dev.argus.simulation.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pools rest for 60 s, jitter at its most, and for twice that after each further refusal. */
class LaunchPoolsTest {
  private static final Duration REST = TestAws.POOL_REST;

  private final SettableClock clock = new SettableClock();
  private final LaunchPools pools =
      pools(List.of("c7i.large", "m6i.large"), List.of("subnet-a", "subnet-b"), "");

  @Test
  void allSubnetsOfATypeComeBeforeTheNextTypeAndSpotBeforeOnDemand() {
    List<String> order = new ArrayList<>();
    boolean another = true;
    while (another) {
      order.add(pools.next().name());
      another = refuse(pools.next(), "InsufficientInstanceCapacity");
    }
    assertThat(order)
        .containsExactly(
            "c7i.large spot in subnet-a",
            "c7i.large spot in subnet-b",
            "m6i.large spot in subnet-a",
            "m6i.large spot in subnet-b",
            "c7i.large on demand in subnet-a",
            "c7i.large on demand in subnet-b",
            "m6i.large on demand in subnet-a",
            "m6i.large on demand in subnet-b");
  }

  @Test
  void aPoolThatWasRefusedIsLeftOutForItsRest() {
    LaunchPool first = pools.next();
    refuse(first, "InsufficientInstanceCapacity");
    clock.advance(REST.minusMillis(1));
    assertThat(pools.next().name()).isEqualTo("c7i.large spot in subnet-b");
    clock.advance(Duration.ofMillis(1));
    assertThat(pools.next()).isEqualTo(first);
  }

  @Test
  void eachFurtherRefusalDoublesTheRestAndALaunchThatWorksEndsTheRow() {
    LaunchPool first = pools.next();
    refuse(first, "InsufficientInstanceCapacity");
    clock.advance(REST);
    refuse(first, "InsufficientInstanceCapacity");
    clock.advance(REST);
    assertThat(pools.next()).isNotEqualTo(first);
    clock.advance(REST);
    assertThat(pools.next()).isEqualTo(first);

    pools.launched(first);
    refuse(first, "InsufficientInstanceCapacity");
    clock.advance(REST);
    assertThat(pools.next()).isEqualTo(first);
  }

  @Test
  void theRestHasALongest() {
    LaunchPool first = pools.next();
    for (int i = 0; i < 50; i++) {
      refuse(first, "InsufficientInstanceCapacity");
      clock.advance(REST.multipliedBy(16));
      assertThat(pools.next()).isEqualTo(first);
    }
  }

  @Test
  void refusalsOfCallsThatRanSideBySideCountAsOne() {
    LaunchPool first = pools.next();
    Instant called = clock.instant();
    clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 5; i++) {
      pools.refused(first, LaunchRefusal.NO_CAPACITY, "InsufficientInstanceCapacity", called);
    }
    clock.advance(REST);
    assertThat(pools.next()).isEqualTo(first);
  }

  @Test
  void whenAllRestTheOneThatIsDueFirstIsTried() {
    LaunchPools two = pools(List.of("c7i.large", "m6i.large"), List.of(), "");
    List<LaunchPool> refused = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      refused.add(two.next());
      refuse(two, two.next(), "InsufficientInstanceCapacity");
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(refused).doesNotHaveDuplicates();
    assertThat(two.next()).isEqualTo(refused.get(0));
    refuse(two, refused.get(0), "InsufficientInstanceCapacity");
    assertThat(two.next()).isEqualTo(refused.get(1));
  }

  @Test
  void aQuotaClosesAllPoolsThatItCovers() {
    assertThat(refuse(pools.next(), "MaxSpotInstanceCountExceeded")).isTrue();
    assertThat(pools.next().name()).isEqualTo("c7i.large on demand in subnet-a");
    assertThat(refuse(pools.next(), "VcpuLimitExceeded")).isFalse();
    assertThat(pools.resting())
        .startsWith("c7i.large spot in subnet-a: MaxSpotInstanceCountExceeded, ")
        .endsWith("m6i.large on demand in subnet-b: VcpuLimitExceeded");
  }

  @Test
  void anAccountThatHasNeverUsedSpotClosesAllSpotPoolsOfAnyFamily() {
    LaunchPools mixed = pools(List.of("c7i.large", "g5.xlarge"), List.of("subnet-a"), "");
    assertThat(refuse(mixed, mixed.next(), "AuthFailure.ServiceLinkedRoleCreationNotPermitted"))
        .isTrue();
    assertThat(mixed.next().name()).isEqualTo("c7i.large on demand in subnet-a");
    refuse(mixed, mixed.next(), "InsufficientInstanceCapacity");
    assertThat(mixed.next().name()).isEqualTo("g5.xlarge on demand in subnet-a");
  }

  @Test
  void aFullSubnetClosesItsPoolsOnly() {
    refuse(pools.next(), "InsufficientFreeAddressesInSubnet");
    assertThat(pools.next().name()).isEqualTo("c7i.large spot in subnet-b");
    refuse(pools.next(), "InsufficientInstanceCapacity");
    assertThat(pools.next().name()).isEqualTo("m6i.large spot in subnet-b");
  }

  @ParameterizedTest
  @CsvSource({
    "c7i.large, t3.small, true",
    "c7i.large, i4i.large, true",
    "c7i.large, inf2.xlarge, false",
    "c7i.large, g5.xlarge, false",
    "g5.xlarge, vt1.3xlarge, true",
    "p4d.24xlarge, p5.48xlarge, true",
    "u-6tb1.metal, x1e.xlarge, false",
    "im4gn.large, m6i.large, true"
  })
  void familiesShareQuotasAsOnEc2(String one, String other, boolean share) {
    LaunchPool first = new LaunchPool("1", Purchase.ON_DEMAND, one, "");
    assertThat(first.sharesQuotaWith(new LaunchPool("2", Purchase.ON_DEMAND, other, "")))
        .isEqualTo(share);
    assertThat(first.sharesQuotaWith(new LaunchPool("3", Purchase.SPOT, one, ""))).isFalse();
  }

  @Test
  void aTokenNamesItsPoolUntilAnythingThatALaunchAsksForChanges() {
    LaunchPool first = pools.next();
    assertThat(pools.of("argus-1-ff-1." + first.id())).contains(first);
    assertThat(pools.of("argus-1-ff-1")).isEmpty();
    LaunchPools changed =
        pools(List.of("c7i.large", "m6i.large"), List.of("subnet-a", "subnet-b"), "new user data");
    assertThat(changed.of("argus-1-ff-1." + first.id())).isEmpty();
  }

  @Test
  void aPoolThatIsNamedTwiceIsOne() {
    LaunchPools one = pools(List.of("c7i.large", "c7i.large"), List.of(), "");
    refuse(one, one.next(), "MaxSpotInstanceCountExceeded");
    assertThat(refuse(one, one.next(), "InsufficientInstanceCapacity")).isFalse();
  }

  private boolean refuse(LaunchPool pool, String code) {
    return refuse(pools, pool, code);
  }

  private boolean refuse(LaunchPools among, LaunchPool pool, String code) {
    return among.refused(pool, LaunchRefusal.of(code).orElseThrow(), code, clock.instant());
  }

  private LaunchPools pools(List<String> types, List<String> subnets, String parameters) {
    Ec2Settings settings =
        TestAws.ec2(
            "", types, subnets, List.of(Purchase.SPOT, Purchase.ON_DEMAND), Path.of("none"));
    return new LaunchPools(settings, parameters, clock, () -> -1L); // all jitter
  }
}
