package dev.argus.localaws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.elasticmq.persistence.sql.DB;
import org.elasticmq.persistence.sql.SqlQueuePersistenceConfig;
import scalikejdbc.ConnectionPool;

/**
 * The H2 database in which ElasticMQ keeps queues and messages.
 *
 * <p>ElasticMQ reaches it through the one default connection pool of the JVM, so only one can be
 * open at a time; {@link #open} refuses a second one, which would silently share the first.
 */
final class QueueDatabase implements AutoCloseable {
  private static final String DRIVER = "org.h2.Driver";

  private final SqlQueuePersistenceConfig config;

  private QueueDatabase(SqlQueuePersistenceConfig config) {
    this.config = config;
  }

  static QueueDatabase open(Path directory) {
    if (ConnectionPool.isInitialized(ConnectionPool.DEFAULT_NAME())) {
      throw new LocalAwsException(
          "Expected no other embedded SQS on disk in this process, found one:"
              + " ElasticMQ holds one database per JVM. Close the first one.");
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create " + directory, e);
    }
    // H2 writes commits up to half a second late by default, and ElasticMQ acknowledges at commit:
    // without WRITE_DELAY=0 a kill loses acknowledged messages. close() closes the database; H2's
    // own shutdown hook would take it away from requests that are still being answered.
    String uri =
        "jdbc:h2:file:"
            + directory.toAbsolutePath().resolve("queues")
            + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
    var config = new SqlQueuePersistenceConfig(true, DRIVER, uri, "", "", false);
    connect(config);
    QueueDatabase database = new QueueDatabase(config);
    database.probe(directory);
    return database;
  }

  SqlQueuePersistenceConfig config() {
    return config;
  }

  @Override
  public void close() {
    ConnectionPool.closeAll();
  }

  private static void connect(SqlQueuePersistenceConfig config) {
    // ElasticMQ fills the pool the first time only; after a close it has to be filled again.
    new DB(config);
    if (!ConnectionPool.isInitialized(ConnectionPool.DEFAULT_NAME())) {
      var settings = ConnectionPool.singleton$default$4();
      var factory =
          ConnectionPool.singleton$default$5(
              config.uri(), config.username(), config.password(), settings);
      ConnectionPool.singleton(
          config.uri(), config.username(), config.password(), settings, factory);
    }
  }

  /** ElasticMQ answers a failure to read with silence, so what is wrong must be found before. */
  private void probe(Path directory) {
    try {
      ConnectionPool.apply(ConnectionPool.DEFAULT_NAME()).borrow().close();
    } catch (SQLException e) {
      close();
      throw new LocalAwsException(
          "Cannot open the queues in "
              + directory
              + ". If another process uses them, stop it or choose another directory: "
              + e.getMessage(),
          e);
    }
  }
}
