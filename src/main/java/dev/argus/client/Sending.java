package dev.argus.client;

import dev.argus.protocol.PhotoId;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.HttpCredentials;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.scaladsl.TcpIdleTimeoutException;

/**
 * One photo on its way: uploaded until it is accepted or refused for good, then asked for until
 * there is a result.
 *
 * <p>One request at a time; what happens between two of them is safe by the order of the stages.
 */
final class Sending {
  private static final long MAX_REPLY_BYTES = 1 << 20;

  /** Below the 60 s that Argus waits at most, and after which load balancers cut connections. */
  private static final int LOOK_UP_WAIT_SECONDS = 20;

  private final ArgusClient client;
  private final ClientSettings settings;
  private final Photo photo;
  private final String key;
  private final BooleanSupplier unwanted;
  private final long begin;
  private final CompletableFuture<Result> result = new CompletableFuture<>();
  private final Set<PhotoId> ids = ConcurrentHashMap.newKeySet();
  private OptionalInt status = OptionalInt.empty();
  private int retries;
  private int failuresInARow;
  private volatile String trouble = "none";
  private volatile Optional<Throwable> unreadable = Optional.empty();

  /**
   * @param unwanted whether nobody waits for the result any more
   */
  Sending(ArgusClient client, Photo photo, BooleanSupplier unwanted) {
    this.client = client;
    this.unwanted = unwanted;
    this.settings = client.settings();
    this.photo = photo;
    this.key = photo.key().orElseGet(() -> UUID.randomUUID().toString());
    this.begin = client.nanoTime();
  }

  CompletableFuture<Result> result() {
    return result;
  }

  /** Takes the first step; a photo that cannot be made a request has a result too. */
  void begin(Consumer<Sending> first) {
    try {
      first.accept(this);
    } catch (RuntimeException e) {
      giveUp("the photo cannot be sent: " + e);
    }
  }

  /** Uploads the photo. */
  void upload() {
    boolean recover = settings.retries().recover();
    HttpRequest request =
        photo.watched(this::cannotBeRead).upload(settings.images() + settings.query());
    if (recover || photo.key().isPresent()) {
      request = request.addHeader(RawHeader.create("Idempotency-Key", "\"" + key + "\""));
    }
    Optional<String> preference = settings.uploadWait().map(Sending::preference);
    if (preference.isPresent()) {
      request = request.addHeader(RawHeader.create("Prefer", preference.get()));
    }
    exchange(request, reply -> Next.afterUpload(reply, recover), recover, this::upload);
  }

  private void cannotBeRead(Throwable error) {
    unreadable = Optional.of(error);
  }

  private static String preference(Duration wait) {
    return wait.toSeconds() == 0 ? "respond-async" : "wait=" + wait.toSeconds();
  }

  /** Asks for the result. */
  void lookUp(PhotoId id) {
    ids.add(id);
    HttpRequest request =
        HttpRequest.GET(settings.images() + "/" + id + settings.query())
            .addHeader(RawHeader.create("Prefer", "wait=" + LOOK_UP_WAIT_SECONDS));
    exchange(request, reply -> Next.afterLookUp(reply, id), true, () -> lookUp(id));
  }

  private void exchange(
      HttpRequest request, Function<Reply, Next> next, boolean recover, Runnable again) {
    HttpRequest authorised =
        settings
            .token()
            .map(token -> HttpCredentials.createOAuth2BearerToken(token.reveal()))
            .<HttpRequest>map(request::addCredentials)
            .orElse(request);
    client
        .pool()
        .send(authorised)
        .thenCompose(this::read)
        .handle(
            (reply, error) -> {
              if (error == null) {
                goOn(reply, next.apply(reply), again);
              } else {
                broke(describe(error), recover, again);
              }
              return reply;
            })
        .whenComplete(
            (reply, bug) -> {
              if (bug != null) {
                giveUp("the client failed: " + bug);
              }
            });
  }

  private CompletionStage<Reply> read(HttpResponse response) {
    return response
        .entity()
        .toStrict(settings.requestTimeout().toMillis(), MAX_REPLY_BYTES, client.system())
        .thenApply(strict -> Reply.of(response, strict.getData().utf8String()));
  }

  private void goOn(Reply reply, Next next, Runnable again) {
    status = OptionalInt.of(reply.status());
    ids.addAll(Next.ids(reply));
    if (next instanceof Next.Again refused) {
      retry(refused.retryAfter(), refused.trouble(), again);
    } else if (next instanceof Next.LookUp pending) {
      failuresInARow = 0;
      Duration wait = settings.retries().cut(pending.after());
      after(wait, reply.status() + " still pending", () -> lookUp(pending.id()));
    } else {
      result.complete(((Next.Finish) next).result(photo, effort()));
    }
  }

  private void broke(String what, boolean recover, Runnable again) {
    status = OptionalInt.empty();
    if (unreadable.isPresent()) {
      giveUp("the photo cannot be read: " + unreadable.get());
    } else if (recover) {
      retry(Optional.empty(), what, again);
    } else {
      giveUp(what);
    }
  }

  private void retry(Optional<Duration> retryAfter, String why, Runnable again) {
    if (retries >= settings.retries().times()) {
      giveUp(why);
      return;
    }
    failuresInARow++;
    Duration wait = settings.retries().waitAfter(failuresInARow, retryAfter, client.nextRandom());
    after(
        wait,
        why,
        () -> {
          retries++;
          again.run();
        });
  }

  /** Does something later, unless patience ends before that. */
  private void after(Duration wait, String why, Runnable action) {
    trouble = why;
    if (latency().plus(wait).compareTo(settings.retries().patience()) > 0) {
      giveUp(why + ", and no more within " + settings.retries().patience());
    } else if (!result.isDone()) {
      Patterns.after(
              wait,
              client.system(),
              () -> {
                if (unwanted.getAsBoolean()) {
                  giveUp("nobody waits for the result any more");
                } else if (!result.isDone()) { // the client may have been closed
                  action.run();
                }
                return CompletableFuture.completedFuture(wait);
              })
          .exceptionally(
              error -> {
                giveUp(describe(error));
                return wait;
              });
    }
  }

  /** Ends since the client is closed. */
  void close() {
    giveUp("the client was closed; the photo's last trouble: " + trouble);
  }

  /** Ends without an answer, if there is none yet. */
  private void giveUp(String why) {
    result.complete(new Result.GaveUp(photo, why, effort()));
  }

  private Effort effort() {
    return new Effort(status, retries, latency(), ids);
  }

  private Duration latency() {
    return Duration.ofNanos(client.nanoTime() - begin);
  }

  private String describe(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null && !(cause instanceof ConnectException)) {
      cause = cause.getCause();
    }
    if (cause instanceof ConnectException) {
      return "cannot connect to " + settings.url() + ": " + cause.getMessage();
    }
    if (cause instanceof TcpIdleTimeoutException) {
      return "no answer within " + settings.requestTimeout().toMillis() / 1000.0 + " s";
    }
    String message = cause.getMessage();
    return "the connection broke: " + (message == null ? cause.toString() : message);
  }
}
