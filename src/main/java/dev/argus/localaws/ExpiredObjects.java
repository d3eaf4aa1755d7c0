package dev.argus.localaws;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes expired objects of the embedded S3, whose S3Proxy has no lifecycle.
 *
 * <p>An object is a file below its bucket's directory, as old as its last write. One thread walks
 * the directories from time to time, and holds no more than one file at once in memory.
 */
final class ExpiredObjects implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ExpiredObjects.class);

  private final Path root;
  private final List<Expiry> rules;
  private final Clock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread cleaner = new Thread(work, "expired-objects");
            cleaner.setDaemon(true);
            return cleaner;
          });

  ExpiredObjects(Path root, List<Expiry> rules, Clock clock) {
    this.root = root;
    this.rules = List.copyOf(rules);
    this.clock = clock;
  }

  /** Removes what is expired at once, and again an interval after each time. */
  static ExpiredObjects removeEvery(Duration interval, Path root, List<Expiry> rules, Clock clock) {
    ExpiredObjects objects = new ExpiredObjects(root, rules, clock);
    objects.thread.scheduleWithFixedDelay(
        objects::removeOrWarn, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    return objects;
  }

  private void removeOrWarn() {
    try {
      int removed = remove();
      if (removed > 0) {
        log.info("Removed {} expired objects (argus.retention)", removed);
      }
    } catch (IOException | RuntimeException e) {
      log.warn("Expired objects were not all removed, again later", e);
    }
  }

  /** Removes what is expired now; returns how many objects that were. */
  int remove() throws IOException {
    int removed = 0;
    for (Expiry rule : rules) {
      Path bucket = root.resolve(rule.bucket());
      Path start = bucket.resolve(rule.prefix().substring(0, rule.prefix().lastIndexOf('/') + 1));
      if (Files.isDirectory(start)) {
        Walk walk = new Walk(bucket, rule.prefix(), clock.instant().minus(rule.age()));
        Files.walkFileTree(start, walk);
        removed += walk.removed;
      }
    }
    return removed;
  }

  /** Removes the files of one rule that were last written before a moment. */
  private static final class Walk extends SimpleFileVisitor<Path> {
    private final Path bucket;
    private final String prefix;
    private final Instant before;
    private int removed;

    private Walk(Path bucket, String prefix, Instant before) {
      this.bucket = bucket;
      this.prefix = prefix;
      this.before = before;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (Thread.currentThread().isInterrupted()) {
        return FileVisitResult.TERMINATE;
      }
      if (attributes.lastModifiedTime().toInstant().isBefore(before)
          && key(file).startsWith(prefix)
          && Files.deleteIfExists(file)) {
        removed++;
      }
      return FileVisitResult.CONTINUE;
    }

    /** A file that was removed or moved meanwhile is none to remove. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      return FileVisitResult.CONTINUE;
    }

    private String key(Path file) {
      return bucket.relativize(file).toString().replace(File.separatorChar, '/');
    }
  }

  /** Ends the walk that is under way. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
