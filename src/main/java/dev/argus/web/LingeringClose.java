package dev.argus.web;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Between TCP and HTTP: closes a connection so that the client gets its last answer, and tells when
 * it is closed.
 *
 * <p>A socket that is closed while its client still sends is reset, and the client loses an answer
 * that it has not read. So after the last answer only this side is closed, and what still comes is
 * thrown away until the client closes its own, at most for a while (RFC 9112, section 9.6). It
 * needs a TCP connection that can be half closed.
 *
 * <p>The materialized value completes when the connection is closed, never with a failure.
 */
final class LingeringClose
    extends AbstractGraphStageWithMaterializedValue<
        BidiShape<ByteString, ByteString, ByteString, ByteString>, CompletionStage<Done>> {
  private static final String LINGER = "linger";

  private final Inlet<ByteString> fromClient = Inlet.create("from client");
  private final Outlet<ByteString> toHttp = Outlet.create("to HTTP");
  private final Inlet<ByteString> fromHttp = Inlet.create("from HTTP");
  private final Outlet<ByteString> toClient = Outlet.create("to client");
  private final BidiShape<ByteString, ByteString, ByteString, ByteString> shape =
      BidiShape.of(fromClient, toHttp, fromHttp, toClient);
  private final Duration linger;
  private final int maxBytes;

  /**
   * @param linger the client has this long to close the connection after its last answer
   * @param maxBytes so much more is read of what it sends
   */
  LingeringClose(Duration linger, int maxBytes) {
    this.linger = linger;
    this.maxBytes = maxBytes;
  }

  @Override
  public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public Pair<GraphStageLogic, CompletionStage<Done>> createLogicAndMaterializedValuePair(
      Attributes inherited) {
    Logic logic = new Logic();
    return Pair.create(logic, logic.closed);
  }

  private final class Logic extends TimerGraphStageLogic {
    private final CompletableFuture<Done> closed = new CompletableFuture<>();
    private long thrownAway;

    private Logic() {
      super(shape);
      setHandler(
          fromClient,
          new InHandler() {
            @Override
            public void onPush() {
              received(grab(fromClient));
            }

            @Override
            public void onUpstreamFinish() {
              complete(toHttp);
              if (isClosed(fromHttp)) {
                completeStage();
              }
            }
          });
      setHandler(
          toHttp,
          new OutHandler() {
            @Override
            public void onPull() {
              readOn();
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
              // HTTP reads no further; what it has to say is still said.
            }
          });
      setHandler(
          fromHttp,
          new InHandler() {
            @Override
            public void onPush() {
              push(toClient, grab(fromHttp));
            }

            @Override
            public void onUpstreamFinish() {
              answered();
            }
          });
      setHandler(
          toClient,
          new OutHandler() {
            @Override
            public void onPull() {
              if (!isClosed(fromHttp)) {
                pull(fromHttp);
              }
            }
          });
    }

    private void received(ByteString bytes) {
      if (!isClosed(toHttp)) {
        push(toHttp, bytes);
        return;
      }
      thrownAway += bytes.size();
      if (thrownAway <= maxBytes) {
        pull(fromClient);
      }
    }

    private void answered() {
      complete(toClient);
      complete(toHttp);
      if (isClosed(fromClient)) {
        completeStage();
        return;
      }
      scheduleOnce(LINGER, linger);
      readOn();
    }

    private void readOn() {
      if (!isClosed(fromClient) && !hasBeenPulled(fromClient)) {
        pull(fromClient);
      }
    }

    @Override
    public void onTimer(Object key) {
      completeStage();
    }

    @Override
    public void postStop() {
      closed.complete(Done.getInstance());
    }
  }
}
