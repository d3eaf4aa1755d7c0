package dev.argus.simulation;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.scaling.Decision;
import dev.argus.worker.Leave;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** All who observe a run, in the order in which they are told. */
final class Observers implements Observer {
  private final List<SimulatedFleet.Listener> listeners = new ArrayList<>();
  private final List<Observer> observers = new ArrayList<>();
  private final Consumer<Throwable> failed;

  /**
   * @param listener hears of instances only, before all observers
   * @param failed told what one of them throws, which whoever calls them might take for its own
   */
  Observers(SimulatedFleet.Listener listener, Consumer<Throwable> failed) {
    this.failed = failed;
    listeners.add(listener);
  }

  void add(Observer observer) {
    listeners.add(observer);
    observers.add(observer);
  }

  private void tell(Consumer<Observer> what) {
    tell(observers, what);
  }

  private <T> void tell(List<T> all, Consumer<T> what) {
    for (T one : all) {
      try {
        what.accept(one);
      } catch (RuntimeException | AssertionError e) {
        failed.accept(e);
      }
    }
  }

  @Override
  public void begins(World world) {
    tell(it -> it.begins(world));
  }

  @Override
  public void came(PhotoId id) {
    tell(it -> it.came(id));
  }

  @Override
  public void answered(PhotoId id, Duration latency, ClassifyReply reply) {
    tell(it -> it.answered(id, latency, reply));
  }

  @Override
  public void unanswered(PhotoId id) {
    tell(it -> it.unanswered(id));
  }

  @Override
  public void decided(Decision decision) {
    tell(it -> it.decided(decision));
  }

  @Override
  public void leaves(Instance instance, Leave why) {
    tell(it -> it.leaves(instance, why));
  }

  @Override
  public void handedOutTwice(PhotoId id) {
    tell(it -> it.handedOutTwice(id));
  }

  @Override
  public void deleted(PhotoId id) {
    tell(it -> it.deleted(id));
  }

  /** What is torn down afterwards is no part of the run, so nobody hears of it. */
  @Override
  public void over() {
    tell(Observer::over);
    listeners.clear();
    observers.clear();
  }

  @Override
  public void launched(Instance instance) {
    tell(listeners, it -> it.launched(instance));
  }

  @Override
  public void booted(Instance instance) {
    tell(listeners, it -> it.booted(instance));
  }

  @Override
  public void ended(Instance instance) {
    tell(listeners, it -> it.ended(instance));
  }

  @Override
  public void gone(Instance instance) {
    tell(listeners, it -> it.gone(instance));
  }

  @Override
  public void notLaunched(String code) {
    tell(listeners, it -> it.notLaunched(code));
  }

  @Override
  public void interrupted(Instance instance) {
    tell(listeners, it -> it.interrupted(instance));
  }
}
