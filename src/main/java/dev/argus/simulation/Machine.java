package dev.argus.simulation;

import java.time.Instant;

/** What runs on an instance once it has booted. */
public interface Machine {
  /** Nothing does. */
  Machine NONE =
      new Machine() {
        @Override
        public void interrupt(Instant by) {}

        @Override
        public void stop() {}
      };

  /** EC2 takes the instance away at that time. */
  void interrupt(Instant by);

  /** The instance shuts down now: the process is gone, whatever it was at. */
  void stop();

  /** Photos that it holds, those it works on included. */
  default int held() {
    return 0;
  }

  /** Photos that it has received until now. */
  default long received() {
    return 0;
  }

  /** Whether it receives no more. */
  default boolean isLeaving() {
    return false;
  }

  /** Starts what runs on an instance, when it has booted. */
  @FunctionalInterface
  interface Image {
    Machine boot(Instance instance);
  }
}
