package dev.argus.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.chaos.ChaosPlan.Timed;
import dev.argus.chaos.Fault.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ChaosPlanTest {
  private static final int LENGTH = 400;

  private static List<Timed> plan(long seed, Duration killEvery) {
    ChaosPlan plan = new ChaosPlan(seed, killEvery);
    List<Timed> faults = new ArrayList<>();
    while (faults.size() < LENGTH) {
      faults.add(plan.next());
    }
    return faults;
  }

  private static boolean isKill(Fault fault) {
    return fault instanceof Fault.KillNode
        || fault instanceof Fault.KillWeb
        || fault instanceof Fault.StopService;
  }

  @Property(tries = 200)
  void theSameSeedGivesTheSameTimetable(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int seconds) {
    Duration killEvery = Duration.ofSeconds(seconds);
    assertThat(plan(seed, killEvery)).isEqualTo(plan(seed, killEvery));
  }

  @Property(tries = 200)
  void aKillHappensEveryIntervalAndTimeNeverGoesBack(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int seconds) {
    Duration killEvery = Duration.ofSeconds(seconds);
    Duration last = Duration.ZERO;
    int kills = 0;
    for (Timed timed : plan(seed, killEvery)) {
      assertThat(timed.at()).isGreaterThanOrEqualTo(last);
      last = timed.at();
      if (isKill(timed.fault())) {
        kills++;
        assertThat(timed.at()).isEqualTo(killEvery.multipliedBy(kills));
      }
    }
  }

  @Property(tries = 200)
  void aServiceIsLeftInPeaceUntilItsLastTroubleIsOver(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int seconds) {
    Map<Service, Duration> over = new EnumMap<>(Service.class);
    for (Timed timed : plan(seed, Duration.ofSeconds(seconds))) {
      Service service;
      Duration time;
      if (timed.fault() instanceof Fault.StopService stop) {
        service = stop.service();
        time = stop.outage();
      } else if (timed.fault() instanceof Fault.DisturbCalls disturb) {
        service = disturb.service();
        time = disturb.time();
      } else {
        continue;
      }
      assertThat(timed.at()).isGreaterThan(over.getOrDefault(service, Duration.ZERO));
      over.put(service, timed.at().plus(time));
    }
  }

  @Property(tries = 200)
  void theFirstKillsHitAnAppNodeAndTheWebNode(@ForAll long seed) {
    assertThat(
            plan(seed, Duration.ofSeconds(5)).stream()
                .map(Timed::fault)
                .filter(ChaosPlanTest::isKill)
                .limit(2)
                .map(Fault::kind))
        .containsExactly(Fault.NODE_KILLED, Fault.WEB_KILLED);
  }

  @Property(tries = 200)
  void ec2HasOneTroubleAtATime(@ForAll long seed) {
    Duration over = Duration.ZERO;
    for (Timed timed : plan(seed, Duration.ofSeconds(5))) {
      if (timed.fault() instanceof Fault.DisturbEc2 disturb) {
        assertThat(timed.at()).isGreaterThan(over);
        over = timed.at().plus(disturb.time());
      }
    }
  }

  @Test
  void everyKindOfFaultComesInALongRun() {
    Set<Ec2Trouble> troubles = EnumSet.noneOf(Ec2Trouble.class);
    Set<Class<?>> kinds = new HashSet<>();
    Set<Disturbance> disturbances = EnumSet.noneOf(Disturbance.class);
    for (Timed timed : plan(1, Duration.ofSeconds(5))) {
      kinds.add(timed.fault().getClass());
      if (timed.fault() instanceof Fault.DisturbCalls disturb) {
        disturbances.add(disturb.how());
      } else if (timed.fault() instanceof Fault.DisturbEc2 disturb) {
        troubles.add(disturb.how());
      }
    }
    assertThat(kinds).containsExactlyInAnyOrder(Fault.class.getPermittedSubclasses());
    assertThat(disturbances).containsExactlyInAnyOrder(Disturbance.values());
    assertThat(troubles).containsExactlyInAnyOrder(Ec2Trouble.values());
  }

  @Test
  void theWebNodeIsKilledWhileLaunchesAreHiddenToo() {
    Duration hidden = Duration.ZERO;
    int kills = 0;
    for (Timed timed : plan(1, Duration.ofSeconds(5))) {
      if (timed.fault() instanceof Fault.DisturbEc2 disturb
          && disturb.how() == Ec2Trouble.SHOWN_LATE) {
        hidden = timed.at().plus(disturb.time()).plusSeconds(disturb.degree());
      } else if (timed.fault() instanceof Fault.KillWeb && timed.at().compareTo(hidden) < 0) {
        kills++;
      }
    }
    assertThat(kills).isPositive();
  }

  @Test
  void mostKillsHitAppNodes() {
    List<Fault> kills =
        plan(7, Duration.ofSeconds(5)).stream()
            .map(Timed::fault)
            .filter(ChaosPlanTest::isKill)
            .toList();
    assertThat(kills.stream().filter(Fault.KillNode.class::isInstance))
        .hasSizeGreaterThan(kills.size() / 2);
  }
}
