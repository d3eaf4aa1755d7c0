package dev.argus.inference;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The bare loop of {@link DecodeAndClassifyBenchmark} as a process: prints the CPU nanoseconds that
 * the process spent for each photo after a warm-up.
 */
public final class BareLoop {
  private BareLoop() {}

  /**
   * @param args photos of the warm-up, photos to measure
   */
  public static void main(String[] args) throws Exception {
    int warmUp = Integer.parseInt(args[0]);
    int photos = Integer.parseInt(args[1]);
    DecodeAndClassifyBenchmark loop = new DecodeAndClassifyBenchmark();
    loop.open();
    for (int i = 0; i < warmUp; i++) {
      loop.bareLoop();
    }
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long before = system.getProcessCpuTime();
    for (int i = 0; i < photos; i++) {
      loop.bareLoop();
    }
    System.out.println((system.getProcessCpuTime() - before) / photos);
    loop.close();
  }
}
