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
import org.apache.pekko.stream.StreamTcpException;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Between TCP and what lies above it: closes a connection so that the client gets its last answer,
 * and tells when it is closed.
 *
 * <p>A socket that is closed while its client still sends is reset, and the client loses an answer
 * that it has not read. So once the last answer is written only this side is closed, and what still
 * comes is thrown away until the client closes its own or hardly sends (RFC 9112, section 9.6). So
 * it is up to a limit: reading all that is refused would cost what is not. An answer that cannot be
 * written, since the client does not read, leaves the connection to the idle timeout of TCP.
 *
 * <p>It needs a TCP connection that can be half closed, and that asks for more only when it has
 * written all that it was given. The materialized value completes when the connection is closed,
 * never with a failure.
 */
final class LingeringClose
    extends AbstractGraphStageWithMaterializedValue<
        BidiShape<ByteString, ByteString, ByteString, ByteString>, CompletionStage<Done>> {
  private static final String PROGRESS = "progress";

  /** HTTP reads no further while it answers: reading a little on tells that the client hangs up. */
  private static final int MAX_READ_ON = 64 * 1024;

  /** A client that sends fewer bytes in {@code patience} is not sending a photo. */
  private static final int MIN_PROGRESS = 16 * 1024;

  private final Inlet<ByteString> fromClient = Inlet.create("from client");
  private final Outlet<ByteString> toHttp = Outlet.create("to HTTP");
  private final Inlet<ByteString> fromHttp = Inlet.create("from HTTP");
  private final Outlet<ByteString> toClient = Outlet.create("to client");
  private final BidiShape<ByteString, ByteString, ByteString, ByteString> shape =
      BidiShape.of(fromClient, toHttp, fromHttp, toClient);
  private final CompletionStage<Done> answered;
  private final CompletionStage<Done> cut;
  private final Duration patience;
  private final int maxBytes;

  /**
   * @param answered completes when HTTP has nothing more to say; TLS, in between, would wait for
   *     its client then
   * @param cut completes when the connection must end at once
   * @param patience a client that hardly sends for so long after its last answer is not waited for
   * @param maxBytes so much of what it sends is thrown away, and no more is read
   */
  LingeringClose(
      CompletionStage<Done> answered, CompletionStage<Done> cut, Duration patience, int maxBytes) {
    this.answered = answered;
    this.cut = cut;
    this.patience = patience;
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
    private final AsyncCallback<Done> onAnswered = createAsyncCallback(done -> saidAll());
    private final AsyncCallback<Done> onCut =
        createAsyncCallback(done -> failStage(new StreamTcpException("cut")));
    private boolean saidAll;
    private boolean lingering;
    private int readOn;
    private int thrownAway;
    private int progress;

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
              if (lingering) {
                completeStage();
              }
            }
          });
      setHandler(
          toHttp,
          new OutHandler() {
            @Override
            public void onPull() {
              read();
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
              read(); // HTTP reads no further; what it has to say is still said
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
              if (lingering) {
                complete(toClient);
              } else {
                saidAll();
              }
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
              if (saidAll) {
                linger();
              }
            }
          });
    }

    @Override
    public void preStart() {
      answered.thenAccept(onAnswered::invoke);
      cut.thenAccept(onCut::invoke);
    }

    private void received(ByteString bytes) {
      if (lingering) {
        progress += bytes.size();
        thrownAway += bytes.size();
        if (thrownAway <= maxBytes) {
          pull(fromClient);
        }
      } else if (!isClosed(toHttp)) {
        push(toHttp, bytes);
      } else {
        readOn += bytes.size();
        if (readOn < MAX_READ_ON) {
          pull(fromClient);
        }
      }
    }

    private void saidAll() {
      saidAll = true;
      if (isAvailable(toClient)) { // all of it is written
        linger();
      }
    }

    private void linger() {
      if (lingering) {
        return;
      }
      lingering = true;
      if (isClosed(fromHttp)) {
        complete(toClient);
      }
      if (isClosed(fromClient)) {
        completeStage();
        return;
      }
      scheduleWithFixedDelay(PROGRESS, patience, patience);
      read();
    }

    private void read() {
      if (!isClosed(fromClient) && !hasBeenPulled(fromClient)) {
        pull(fromClient);
      }
    }

    @Override
    public void onTimer(Object key) {
      if (progress < MIN_PROGRESS) {
        completeStage();
      }
      progress = 0;
    }

    @Override
    public void postStop() {
      closed.complete(Done.getInstance());
    }
  }
}
