package dev.argus.aws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;

/**
 * Gathers messages into batches that one call takes: up to 10 messages and 1 MiB.
 *
 * <p>A batch leaves as soon as the downstream wants one, and grows until then. One of patient
 * messages only waits for company before that: until it is full, or its first message has waited
 * for as long as a full batch takes at the present pace, at most for {@code linger}.
 */
final class SqsBatching<C> extends GraphStage<FlowShape<SqsMessage<C>, List<SqsMessage<C>>>> {
  private static final String LINGER = "linger";

  private final Inlet<SqsMessage<C>> in = Inlet.create("SqsBatching.in");
  private final Outlet<List<SqsMessage<C>>> out = Outlet.create("SqsBatching.out");
  private final FlowShape<SqsMessage<C>, List<SqsMessage<C>>> shape = FlowShape.of(in, out);
  private final Duration linger;

  SqsBatching(Duration linger) {
    this.linger = linger;
  }

  @Override
  public FlowShape<SqsMessage<C>, List<SqsMessage<C>>> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    private final ArrivalPace pace = new ArrivalPace(linger);
    private List<SqsMessage<C>> batch = new ArrayList<>();
    private long bytes;
    private boolean due;
    private SqsMessage<C> next; // has no room in the batch; null if there is none

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              pace.arrived(1, System.nanoTime());
              take(grab(in));
              advance();
            }

            @Override
            public void onPull() {
              advance();
            }

            @Override
            public void onUpstreamFinish() {
              advance();
            }
          });
    }

    private void take(SqsMessage<C> message) {
      long size = MessageSize.of(message.message());
      boolean fits =
          batch.isEmpty()
              || batch.size() < SqsSourceSettings.MAX_BATCH
                  && bytes + size <= MessageSize.MAX_BYTES;
      if (!fits) {
        next = message;
        return;
      }
      if (!message.patient()) {
        due = true;
      } else if (batch.isEmpty()) {
        scheduleOnce(LINGER, pace.untilFull());
      }
      batch.add(message);
      bytes += size;
    }

    private void advance() {
      if (isAvailable(out) && !batch.isEmpty() && mayLeave()) {
        push(out, batch);
        startAnew();
      }
      if (isClosed(in)) {
        if (batch.isEmpty()) {
          completeStage();
        }
      } else if (!isFull() && !hasBeenPulled(in)) {
        pull(in);
      }
    }

    private boolean mayLeave() {
      return due || isFull() || isClosed(in);
    }

    private boolean isFull() {
      return next != null || batch.size() == SqsSourceSettings.MAX_BATCH;
    }

    private void startAnew() {
      batch = new ArrayList<>();
      bytes = 0;
      due = false;
      cancelTimer(LINGER);
      if (next != null) {
        SqsMessage<C> first = next;
        next = null;
        take(first);
      }
    }

    @Override
    public void onTimer(Object timerKey) {
      due = true;
      advance();
    }
  }
}
