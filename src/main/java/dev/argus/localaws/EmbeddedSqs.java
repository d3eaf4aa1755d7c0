package dev.argus.localaws;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.pattern.Patterns;
import org.elasticmq.NodeAddress;
import org.elasticmq.StrictSQSLimits$;
import org.elasticmq.actor.QueueManagerActor;
import org.elasticmq.actor.queue.QueueEvent;
import org.elasticmq.persistence.sql.SqlQueuePersistenceActor;
import org.elasticmq.rest.sqs.AutoCreateQueuesConfig;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.TheSQSRestServerBuilder;
import org.elasticmq.util.NowProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.collection.immutable.Nil$;
import scala.jdk.javaapi.FutureConverters;
import scala.util.Either;

/**
 * SQS in this process: ElasticMQ on loopback, its queues and messages kept on disk.
 *
 * <p>An acknowledged message survives a kill -9 of the process. Limits are those of SQS (1 MiB a
 * message, 10 attributes, batches of 10).
 *
 * <p>ElasticMQ checks no signatures, and its server cannot be given a check of ours. So it listens
 * on 127.0.0.1 only, and below a path that is made of the credentials: who was not told the
 * endpoint, such as a web page in a browser of this machine, finds nothing there. The one action
 * that does not depend on the path is not offered ({@link QueueManagerGuard}).
 *
 * <p>ElasticMQ holds one database per JVM: a second store on disk in the same JVM is refused, any
 * number in memory is allowed.
 */
public final class EmbeddedSqs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedSqs.class);
  private static final String HOST = "127.0.0.1";
  private static final Duration RESTORE_LIMIT = Duration.ofSeconds(60);

  private static final int PATH_BYTES = 16;

  /** A long poll may last 20 s; whoever still waits is cut off. */
  private static final Duration FINISH_LIMIT = Duration.ofSeconds(2);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private final ActorSystem system;
  private final SQSRestServer server;
  private final Optional<QueueDatabase> database;
  private final AtomicBoolean stopping;
  private final URI endpoint;

  private EmbeddedSqs(
      ActorSystem system,
      SQSRestServer server,
      String path,
      Optional<QueueDatabase> database,
      AtomicBoolean stopping) {
    this.system = system;
    this.server = server;
    this.database = database;
    this.stopping = stopping;
    this.endpoint = endpointAt(server.waitUntilStarted().localAddress().getPort(), path);
  }

  /**
   * Starts on a port and restores what the directory holds.
   *
   * @param data directory of the database; empty keeps all in memory
   * @param port 0 for any free one
   * @param credentials make the path of the endpoint, which stays the same as long as they do
   * @throws LocalAwsException when the database is in use, cannot be read, or the port is taken
   */
  public static EmbeddedSqs start(Optional<Path> data, int port, Credentials credentials) {
    Optional<QueueDatabase> database = data.map(QueueDatabase::open);
    ActorSystem system = ActorSystem.create("embedded-sqs", config());
    AtomicBoolean stopping = new AtomicBoolean();
    try {
      Option<ActorRef> store = Option.apply(database.map(d -> store(system, d)).orElse(null));
      ActorRef queues = queues(system, store);
      if (store.isDefined()) {
        restore(store.get(), queues);
        system.actorOf(StoreWatch.of(store.get(), stopping), "store-watch");
      }
      String path = pathOf(credentials);
      return new EmbeddedSqs(
          system, serve(system, queues, store, port, path), path, database, stopping);
    } catch (RuntimeException e) {
      stop(system, database, stopping);
      throw e instanceof LocalAwsException
          ? e
          : new LocalAwsException(
              "The embedded SQS did not start on port " + port + ": " + e.getMessage(), e);
    }
  }

  public URI endpoint() {
    return endpoint;
  }

  /** The endpoint of an embedded SQS that another process runs on a port with these credentials. */
  public static URI endpointAt(int port, Credentials credentials) {
    return endpointAt(port, pathOf(credentials));
  }

  private static URI endpointAt(int port, String path) {
    return URI.create("http://" + HOST + ":" + port + "/" + path);
  }

  /** Stops serving and closes the database; takes at most some seconds. */
  @Override
  public void close() {
    try {
      FutureConverters.asJava(server.stopAndGetFuture().apply())
          .toCompletableFuture()
          .get(FINISH_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.info("The embedded SQS cut off calls that had not ended after {}", FINISH_LIMIT);
    } finally {
      stop(system, database, stopping);
    }
  }

  private static ActorRef store(ActorSystem system, QueueDatabase database) {
    return system.actorOf(
        Props.create(
            SqlQueuePersistenceActor.class,
            () -> new SqlQueuePersistenceActor(database.config(), emptyList())),
        "store");
  }

  private static ActorRef queues(ActorSystem system, Option<ActorRef> store) {
    return system.actorOf(
        Props.create(
            QueueManagerActor.class,
            () -> new QueueManagerActor(new NowProvider(), StrictSQSLimits$.MODULE$, store)),
        "queues");
  }

  private static SQSRestServer serve(
      ActorSystem system, ActorRef queues, Option<ActorRef> store, int port, String path) {
    ActorRef guarded = system.actorOf(QueueManagerGuard.of(queues), "guarded-queues");
    return new TheSQSRestServerBuilder(
            Option.apply(system),
            Option.apply(guarded),
            HOST,
            port,
            // The star makes queue URLs of the address that a caller used, whichever the port is.
            new NodeAddress("http", "*", port, path),
            false,
            StrictSQSLimits$.MODULE$,
            LocalAccount.REGION,
            LocalAccount.ID,
            store,
            AutoCreateQueuesConfig.disabled())
        .start();
  }

  /** Nobody learns the secret from its digest, nor guesses 128 bits of that. */
  private static String pathOf(Credentials credentials) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(("sqs:" + credentials.secretAccessKey()).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, PATH_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> scala.collection.immutable.List<T> emptyList() {
    return (scala.collection.immutable.List<T>) Nil$.MODULE$;
  }

  private static void restore(ActorRef store, ActorRef manager) {
    Object outcome;
    try {
      outcome =
          Patterns.ask(store, new QueueEvent.Restore(manager), RESTORE_LIMIT)
              .toCompletableFuture()
              .join();
    } catch (CompletionException e) {
      throw new LocalAwsException(
          "The embedded SQS could not read its database within "
              + RESTORE_LIMIT
              + ". Is another process using it? The log says why.",
          e.getCause());
    }
    if (outcome instanceof Either<?, ?> either && either.isLeft()) {
      throw new LocalAwsException(
          "The embedded SQS could not restore its queues: " + either.swap().toOption().get());
    }
  }

  private static Config config() {
    // Not this program's application.conf: ElasticMQ's server wants limits of its own, and what is
    // tuned there must not reach it.
    return ConfigFactory.parseString(
            """
            pekko {
              loglevel = WARNING
              loggers = ["org.apache.pekko.event.slf4j.Slf4jLogger"]
              logging-filter = "org.apache.pekko.event.slf4j.Slf4jLoggingFilter"
              fail-mixed-versions = off
              log-dead-letters = off
              log-dead-letters-during-shutdown = off
              jvm-exit-on-fatal-error = off
              coordinated-shutdown.run-by-jvm-shutdown-hook = off
              # A store that failed must not come back empty; StoreWatch then ends all.
              actor.guardian-supervisor-strategy = "org.apache.pekko.actor.StoppingSupervisorStrategy"
              actor.default-dispatcher.fork-join-executor {
                parallelism-min = 4
                parallelism-max = 8
              }
              http.server {
                # Long polls last up to 20 s.
                request-timeout = 25s
                idle-timeout = 90s
                max-connections = 2048
                # A message has 1 MiB at most, in JSON or form encoding up to three times that.
                parsing.max-content-length = 8MiB
                parsing.illegal-header-warnings = off
              }
            }
            """)
        .withFallback(ConfigFactory.defaultReference())
        .resolve();
  }

  private static void stop(
      ActorSystem system, Optional<QueueDatabase> database, AtomicBoolean stopping) {
    stopping.set(true);
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new LocalAwsException("The embedded SQS did not stop within " + STOP_LIMIT, e);
    } finally {
      database.ifPresent(QueueDatabase::close);
    }
  }
}
