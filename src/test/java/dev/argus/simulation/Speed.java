package dev.argus.simulation;

import dev.argus.scaling.ScalingPolicy;
import dev.argus.traffic.Poisson;
import java.time.Duration;
import java.util.Map;

public class Speed {
  public static void main(String[] args) {
    ((ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger("dev.argus"))
        .setLevel(ch.qos.logback.classic.Level.OFF);
    double rate = Double.parseDouble(args[0]);
    double hours = Double.parseDouble(args[1]);
    long service = Long.parseLong(args[2]);
    int max = Integer.parseInt(args[3]);
    String policy = args.length > 4 ? args[4] : "backlog";
    SimulationSettings settings =
        SimulationSettings.of(
            max > 100 ? Map.of("ARGUS_SCALING_LAUNCHES_PER_SECOND", "100", "ARGUS_WORKER_MIN_WORKERS", "" + max) : Map.<String, String>of(),
            Duration.ofMillis((long) (hours * 3600e3)),
            Duration.ofSeconds(45),
            Duration.ofMillis(service),
            Duration.ofSeconds(120),
            max,
            0.1026,
            Faults.none());
    long begin = System.nanoTime();
    SimulationResult r =
        Simulation.run(
            settings,
            new ArgusControl(ScalingPolicy.named(policy), settings.argus()),
            new Poisson(rate),
            1);
    double s = (System.nanoTime() - begin) / 1e9;
    double c =
        ((com.sun.management.OperatingSystemMXBean)
                    java.lang.management.ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime()
            / 1e9;
    double m =
        java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    System.out.printf("main thread %.1f s, process %.1f s; ", m, c);
    System.out.printf(
        "%d photos in %.1f s: %.0f/s; launches %d max %d billed %d idle %.3f p50 %.2f p99 %.2f max %.1f miss %.4f length %s heap %d MB%n",
        r.photos(),
        s,
        r.photos() / s,
        r.launches(),
        r.maxNodes(),
        r.billedInstanceSeconds(),
        r.idleFraction(),
        r.latencySeconds(50),
        r.latencySeconds(99),
        r.latencySeconds(100),
        r.missFraction(),
        r.length(),
        (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
  }
}
