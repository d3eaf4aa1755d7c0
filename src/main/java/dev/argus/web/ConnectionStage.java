package dev.argus.web;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * One HTTP connection: its requests one at a time, each answered by the handler.
 *
 * <p>Either a request is in progress, from its complete header to its answer, or none is. An answer
 * that is made piece by piece is given when its last piece is on its way. The idle timeout runs in
 * the second state only: it cuts slow headers and forgotten connections, never a client that waits
 * for its answer. A connection that ends in the first state had a client that is gone, and the
 * request's {@link Client#gone} says so.
 */
final class ConnectionStage
    extends AbstractGraphStageWithMaterializedValue<
        FlowShape<HttpRequest, HttpResponse>, ConnectionStage.Control> {
  private static final String IDLE = "idle";

  private final Inlet<HttpRequest> in = Inlet.create("requests");
  private final Outlet<HttpResponse> out = Outlet.create("responses");
  private final FlowShape<HttpRequest, HttpResponse> shape = FlowShape.of(in, out);
  private final InetAddress address;
  private final RequestHandler handler;
  private final Duration idleTimeout;
  private final boolean once;
  private final Consumer<Control> opened;

  /**
   * @param handler never fails
   * @param idleTimeout the connection is closed when no request is in progress for so long
   * @param once whether the first answer is the last
   * @param opened told of the connection before its first request is
   */
  ConnectionStage(
      InetAddress address,
      RequestHandler handler,
      Duration idleTimeout,
      boolean once,
      Consumer<Control> opened) {
    this.address = address;
    this.handler = handler;
    this.idleTimeout = idleTimeout;
    this.once = once;
    this.opened = opened;
  }

  /** How others end a connection. May be used by any thread. */
  interface Control {
    /**
     * Ends the connection after the answer to the request in progress, at once if there is none.
     */
    void finish();
  }

  @Override
  public FlowShape<HttpRequest, HttpResponse> shape() {
    return shape;
  }

  @Override
  public Pair<GraphStageLogic, Control> createLogicAndMaterializedValuePair(Attributes inherited) {
    Logic logic = new Logic();
    opened.accept(logic);
    return Pair.create(logic, logic);
  }

  private final class Logic extends TimerGraphStageLogic implements InHandler, OutHandler, Control {
    private final AsyncCallback<HttpResponse> answered = createAsyncCallback(this::onAnswer);
    private final AsyncCallback<Done> streamed = createAsyncCallback(done -> onStreamed());
    private final AsyncCallback<Done> finish = createAsyncCallback(done -> onFinish());
    // The request in progress: completed when its client is gone. Null if there is none.
    private CompletableFuture<Done> gone;
    private boolean last = once;

    private Logic() {
      super(shape);
      setHandlers(in, out, this);
    }

    @Override
    public void preStart() {
      scheduleOnce(IDLE, idleTimeout);
      pull(in);
    }

    @Override
    public void onPush() {
      begin();
    }

    @Override
    public void onPull() {
      begin();
    }

    private void begin() {
      if (gone != null || !isAvailable(in) || !isAvailable(out)) {
        return;
      }
      HttpRequest request = grab(in);
      cancelTimer(IDLE);
      gone = new CompletableFuture<>();
      handler
          .handle(request, new Client(address, gone))
          .whenComplete((response, failure) -> answered.invoke(response));
      tryPull(in); // nobody would notice that the client hangs up if nothing more were asked of it
    }

    private void onAnswer(HttpResponse response) {
      HttpResponse answer = last ? response.addHeader(Connection.create("close")) : response;
      if (!answer.entity().isStrict()) {
        push(out, answer.transformEntityDataBytes(tellsWhenStreamed()));
        return;
      }
      push(out, answer);
      onAnswered();
    }

    private Flow<ByteString, ByteString, NotUsed> tellsWhenStreamed() {
      return Flow.<ByteString>create()
          .watchTermination(
              (used, end) -> {
                end.whenComplete((done, failure) -> streamed.invoke(Done.getInstance()));
                return used;
              });
    }

    /** The client has it all, or is gone. */
    private void onStreamed() {
      gone.complete(Done.getInstance());
      onAnswered();
    }

    private void onAnswered() {
      gone = null;
      scheduleOnce(IDLE, idleTimeout);
      if (last || isClosed(in) && !isAvailable(in)) {
        complete(out);
      }
    }

    private void onFinish() {
      last = true;
      if (gone == null) {
        completeStage();
      }
    }

    @Override
    public void onTimer(Object key) {
      completeStage();
    }

    /** No further request; the one in progress is still answered. */
    @Override
    public void onUpstreamFinish() {
      if (gone == null && !isAvailable(in)) {
        completeStage();
      }
    }

    @Override
    public void postStop() {
      if (gone != null) {
        gone.complete(Done.getInstance());
      }
    }

    @Override
    public void finish() {
      finish.invoke(Done.getInstance());
    }
  }
}
