package dev.argus.chaos;

import dev.argus.chaos.Fault.Service;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;

/**
 * An endless timetable of faults, made from a seed alone: the same seed and interval give the same
 * timetable, on any machine.
 *
 * <p>Every interval something is killed with -9: mostly an app node, at times the web node, SQS or
 * S3; the first kill is that of an app node, the second that of the web node, so that short runs
 * have both. In between, at most intervals, something else goes wrong. Whatever must start again is
 * left in peace for a while after that, so that the system is hurt all the time and never simply
 * off.
 */
public final class ChaosPlan implements Iterator<ChaosPlan.Timed> {
  /** A fault and when it happens, counted from the begin of the run. */
  public record Timed(Duration at, Fault fault) {}

  /** From a kill of the web node until the next: it needs some seconds to start. */
  private static final Duration WEB_PEACE = Duration.ofSeconds(20);

  /** From the end of an outage or disturbance of a service until the next. */
  private static final Duration SERVICE_PEACE = Duration.ofSeconds(12);

  /** From the end of EC2's trouble until the next: they are told apart by what each has hit. */
  private static final Duration EC2_PEACE = Duration.ofSeconds(2);

  private static final List<Disturbance> OF_S3 =
      List.of(
          Disturbance.DELAYED,
          Disturbance.UNANSWERED,
          Disturbance.THROTTLED,
          Disturbance.GARBLED,
          Disturbance.HUNG);

  private final Random random;
  private final Duration killEvery;
  private final Queue<Timed> next = new ArrayDeque<>();
  private final Map<Service, Duration> servicesInPeaceUntil = new EnumMap<>(Service.class);
  private Duration webInPeaceUntil = Duration.ZERO;
  private Duration ec2InPeaceUntil = Duration.ZERO;
  private int kills;
  private Duration tick = Duration.ZERO;

  /**
   * @param killEvery the time between two kills, above zero
   */
  public ChaosPlan(long seed, Duration killEvery) {
    this.random = new Random(seed);
    this.killEvery = killEvery;
    for (Service service : Service.values()) {
      servicesInPeaceUntil.put(service, Duration.ZERO);
    }
  }

  @Override
  public boolean hasNext() {
    return true;
  }

  @Override
  public Timed next() {
    if (next.isEmpty()) {
      tick = tick.plus(killEvery);
      next.add(new Timed(tick, kill()));
      if (random.nextInt(10) < 6) {
        Duration at = tick.plus(millis(killEvery.toMillis() / 10, killEvery.toMillis() * 9 / 10));
        next.add(new Timed(at, nuisance(at)));
      }
    }
    return next.remove();
  }

  private Fault kill() {
    int draw = random.nextInt(100);
    Duration outage = millis(1_000, 8_000);
    kills++;
    if (kills == 1) {
      return new Fault.KillNode(random.nextInt(1_000));
    }
    if (kills == 2) {
      webInPeaceUntil = tick.plus(WEB_PEACE);
      return new Fault.KillWeb();
    }
    if (draw < 20 && isFree(webInPeaceUntil, tick)) {
      webInPeaceUntil = tick.plus(WEB_PEACE);
      return new Fault.KillWeb();
    }
    if (draw >= 20 && draw < 44) {
      Service service = draw < 32 ? Service.SQS : Service.S3;
      if (isFree(servicesInPeaceUntil.get(service), tick)) {
        servicesInPeaceUntil.put(service, tick.plus(outage).plus(SERVICE_PEACE));
        return new Fault.StopService(service, outage);
      }
    }
    return new Fault.KillNode(random.nextInt(1_000));
  }

  private Fault nuisance(Duration at) {
    int draw = random.nextInt(100);
    Service service = random.nextInt(3) < 2 ? Service.SQS : Service.S3;
    Duration time = millis(1_000, 6_000);
    if (draw < 60 && isFree(servicesInPeaceUntil.get(service), at)) {
      servicesInPeaceUntil.put(service, at.plus(time).plus(SERVICE_PEACE));
      List<Disturbance> ways = service == Service.S3 ? OF_S3 : List.of(Disturbance.values());
      return new Fault.DisturbCalls(service, ways.get(random.nextInt(ways.size())), time);
    }
    if (draw >= 78 && isFree(ec2InPeaceUntil, at)) {
      return trouble(
          draw < 83
              ? Ec2Trouble.NO_CAPACITY
              : draw < 87
                  ? Ec2Trouble.THROTTLED
                  : draw < 91
                      ? Ec2Trouble.SLOW_BOOTS
                      : draw < 96 ? Ec2Trouble.SHOWN_LATE : Ec2Trouble.NEVER_READY,
          at);
    }
    return new Fault.SpotNotice(random.nextInt(1_000), millis(3_000, 20_000));
  }

  private Fault trouble(Ec2Trouble how, Duration at) {
    int degree = how.mildest() + random.nextInt(how.worst() - how.mildest() + 1);
    Duration time = millis(5_000, 15_000);
    ec2InPeaceUntil = at.plus(time).plus(EC2_PEACE);
    return new Fault.DisturbEc2(how, degree, time);
  }

  private static boolean isFree(Duration peaceUntil, Duration at) {
    return peaceUntil.compareTo(at) <= 0;
  }

  private Duration millis(long from, long to) {
    return Duration.ofMillis(from + random.nextInt((int) (to - from + 1)));
  }
}
