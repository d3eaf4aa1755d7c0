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

  /** Starts what runs on an instance, when it has booted. */
  @FunctionalInterface
  interface Image {
    Machine boot(Instance instance);
  }
}
