package dev.argus.web;

import dev.argus.config.WebSettings;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.IncomingConnection;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open HTTP connections: how they are served, and how they end.
 *
 * <p>Pekko HTTP's own graceful termination would do for a server whose requests are short. It cuts
 * a connection without a request in progress at once, and so loses an answer that was given but not
 * yet sent: here that is what every waiting client is told at the end. Safe for use by many
 * threads.
 */
final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  private final Materializer materializer;
  private final RequestHandler handler;
  private final WebSettings settings;
  private final Set<ConnectionStage.Control> open = ConcurrentHashMap.newKeySet();

  Connections(ActorSystem<?> system, RequestHandler handler, WebSettings settings) {
    this.materializer = Materializer.matFromSystem(system);
    this.handler = handler;
    this.settings = settings;
  }

  /** Serves a connection until it ends. */
  void accept(IncomingConnection connection) {
    try {
      ConnectionStage stage =
          new ConnectionStage(
              connection.remoteAddress().getAddress(),
              handler,
              settings.requestIdleTimeout(),
              false);
      ConnectionStage.Control control = connection.handleWith(Flow.fromGraph(stage), materializer);
      open.add(control);
      control.ended().whenComplete((ended, failure) -> open.remove(control));
    } catch (RuntimeException e) {
      // The stream of connections must not end with this one.
      LOG.warn("a connection from {} is not served: {}", connection.remoteAddress(), e.toString());
    }
  }

  /** Ends every connection after the answer to its request in progress; done when all have. */
  CompletionStage<Done> finish() {
    CompletableFuture<?>[] ended =
        open.stream()
            .map(
                control -> {
                  control.finish();
                  return control.ended().toCompletableFuture();
                })
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(ended).thenApply(all -> Done.getInstance());
  }

  /** Ends what is left. */
  void abort() {
    open.forEach(ConnectionStage.Control::abort);
  }
}
