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

  /**
   * @param listener hears of instances only, before all observers
   */
  Observers(SimulatedFleet.Listener listener) {
    listeners.add(listener);
  }

  void add(Observer observer) {
    listeners.add(observer);
    observers.add(observer);
  }

  private void tell(Consumer<Observer> what) {
    observers.forEach(what);
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
    listeners.forEach(it -> it.launched(instance));
  }

  @Override
  public void booted(Instance instance) {
    listeners.forEach(it -> it.booted(instance));
  }

  @Override
  public void ended(Instance instance) {
    listeners.forEach(it -> it.ended(instance));
  }

  @Override
  public void gone(Instance instance) {
    listeners.forEach(it -> it.gone(instance));
  }

  @Override
  public void notLaunched(String code) {
    listeners.forEach(it -> it.notLaunched(code));
  }

  @Override
  public void interrupted(Instance instance) {
    listeners.forEach(it -> it.interrupted(instance));
  }
}
