package dev.argus.aws;

import dev.argus.ports.Completions;
import dev.argus.ports.Delivery;
import dev.argus.ports.ReceiveGate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives while there is demand: reserve, receive, settle the reservation, emit.
 *
 * <p>It starts a receive only when the downstream waits and nothing is in its buffer, so the buffer
 * never holds more than the receives that were under way at once brought: ten times {@link
 * SqsSourceSettings#maxConcurrentReceives}. A failed receive, and an empty one that came back at
 * once, are followed by a pause; one that did not come back full too, if the gate is patient: for
 * as long as a full one takes at the present pace.
 *
 * <p>When the stream is cancelled, what it has not emitted is given back to the queue: the buffer
 * at once, and what a receive that is still under way brings when it ends. That receive's
 * reservation is settled as failed with a {@link CancellationException}, since nobody holds its
 * messages. Those in the buffer the gate has heard of; a holder that gives them back as well does
 * no harm.
 */
final class SqsReceiveStage extends GraphStage<SourceShape<Delivery>> {
  private static final Logger LOG = LoggerFactory.getLogger(SqsReceiveStage.class);
  private static final String PAUSE = "pause";

  private final Outlet<Delivery> out = Outlet.create("SqsReceive.out");
  private final SourceShape<Delivery> shape = SourceShape.of(out);
  private final String queue;
  private final Receiver receiver;
  private final ReceiveGate gate;
  private final SqsSourceSettings settings;

  SqsReceiveStage(String queue, Receiver receiver, ReceiveGate gate, SqsSourceSettings settings) {
    this.queue = queue;
    this.receiver = receiver;
    this.gate = gate;
    this.settings = settings;
  }

  @Override
  public SourceShape<Delivery> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private record Reserved(int reserved, Throwable failure) {}

  private record Received(
      int reserved, int asked, List<Delivery> batch, Throwable failure, long startedAt) {}

  private final class Logic extends TimerGraphStageLogic {
    private final Deque<Delivery> buffer = new ArrayDeque<>();
    private final ReceiveParallelism parallelism =
        new ReceiveParallelism(settings.maxConcurrentReceives());
    private final ArrivalPace pace = new ArrivalPace(settings.linger());
    private final AsyncCallback<Reserved> reserved = createAsyncCallback(this::onReserved);
    private final AsyncCallback<Received> received = createAsyncCallback(this::onReceived);
    private int underWay;
    private int failures;

    Logic() {
      super(shape);
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              advance();
            }
          });
    }

    private void advance() {
      if (isAvailable(out) && !buffer.isEmpty()) {
        push(out, buffer.poll());
      }
      while (isAvailable(out)
          && buffer.isEmpty()
          && underWay < parallelism.allowed()
          && !isTimerActive(PAUSE)) {
        underWay++;
        reserve();
      }
    }

    private void reserve() {
      Completions.attempt(gate::reserve)
          .whenComplete(
              (count, failure) -> {
                Reserved event = new Reserved(failure == null ? count : 0, failure);
                unlessStopped(
                    reserved,
                    event,
                    () -> {
                      if (failure == null) {
                        gate.failed(count, cancelled());
                      }
                    });
              });
    }

    private void onReserved(Reserved event) {
      if (event.failure != null) {
        underWay--;
        backOff(event.failure);
        return;
      }
      int asked = Math.min(event.reserved, SqsSourceSettings.MAX_BATCH);
      long startedAt = System.nanoTime();
      Completions.attempt(() -> receiver.receive(asked))
          .whenComplete(
              (batch, failure) ->
                  unlessStopped(
                      received,
                      new Received(event.reserved, asked, batch, failure, startedAt),
                      () -> abandon(event.reserved, batch, failure)));
    }

    private void onReceived(Received event) {
      underWay--;
      if (event.failure != null) {
        gate.failed(event.reserved, Completions.cause(event.failure));
        backOff(event.failure);
        return;
      }
      gate.received(event.reserved, event.batch);
      if (failures > 0) {
        LOG.info("receiving from {} again, after {} failures", queue, failures);
        failures = 0;
      }
      buffer.addAll(event.batch);
      parallelism.received(event.asked, event.batch.size());
      if (!event.batch.isEmpty()) {
        pace.arrived(event.batch.size(), System.nanoTime());
      }
      if (event.batch.isEmpty()) {
        breathe(Duration.ofNanos(System.nanoTime() - event.startedAt));
      } else if (event.batch.size() < event.asked && gate.isPatient() && !isTimerActive(PAUSE)) {
        scheduleOnce(PAUSE, pace.untilFull());
      }
      advance();
    }

    private void backOff(Throwable failure) {
      parallelism.failed();
      // Receives that fail side by side are one failure.
      if (!isTimerActive(PAUSE)) {
        failures++;
        Duration pause =
            settings.backoff().after(failures, ThreadLocalRandom.current().nextDouble());
        LOG.warn(
            "cannot receive from {} ({} failures in a row), trying again in {} ms: {}",
            queue,
            failures,
            pause.toMillis(),
            Completions.cause(failure).toString());
        scheduleOnce(PAUSE, pause);
      }
    }

    /** A long poll that came back empty at once must not be a busy loop. */
    private void breathe(Duration took) {
      Duration missing = settings.minBackoff().minus(took);
      if (missing.compareTo(Duration.ZERO) > 0 && !isTimerActive(PAUSE)) {
        scheduleOnce(PAUSE, missing);
      }
    }

    @Override
    public void onTimer(Object timerKey) {
      advance();
    }

    @Override
    public void postStop() {
      if (!buffer.isEmpty()) {
        receiver.giveBack(List.copyOf(buffer));
      }
    }

    private <T> void unlessStopped(AsyncCallback<T> callback, T event, Runnable ifStopped) {
      CompletionStage<?> handled = callback.invokeWithFeedbackCompletionStage(event);
      handled.whenComplete(
          (done, failure) -> {
            if (failure != null) {
              ifStopped.run();
            }
          });
    }

    // Runs after the stage has stopped: touches nothing of the stage's state.
    private void abandon(int reservation, List<Delivery> batch, Throwable failure) {
      if (failure != null) {
        gate.failed(reservation, Completions.cause(failure));
        return;
      }
      if (!batch.isEmpty()) {
        receiver.giveBack(batch);
      }
      gate.failed(reservation, cancelled());
    }

    private CancellationException cancelled() {
      return new CancellationException(
          "the stream that receives from " + queue + " was cancelled; its messages go back");
    }
  }
}
