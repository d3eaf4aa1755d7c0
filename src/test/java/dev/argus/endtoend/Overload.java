package dev.argus.endtoend;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;

/**
 * Measures what one app node can do, and then what is left of it when ten times as much is offered.
 *
 * <p>Capacity is what a closed loop gets: so many clients, each sending its next photo when the
 * last is answered. The overload is an open loop: photos come when their time has come, whatever
 * became of those before. The photo is large to decode and small to send, so that the app node and
 * not this program is what everyone waits for.
 */
final class Overload {
  private static final int CLIENTS = 16;
  private static final int FACTOR = 10;
  private static final Duration TICK = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /**
   * What came of it.
   *
   * @param capacity answers a second in the closed loop: the smaller of before and after, since
   *     others may use the machine too
   * @param offered photos a second in the open loop
   * @param goodput answers a second meanwhile
   * @param refused answers that said to come later
   * @param other answers with another status, and connections that broke
   * @param slowestRefusal that only 1 % of the refusals exceeded
   * @param heapBefore of the web process, in bytes, and after
   * @param next how long the first request afterwards took
   */
  record Report(
      double capacity,
      double offered,
      double goodput,
      int refused,
      int other,
      Duration slowestRefusal,
      long heapBefore,
      long heapAfter,
      Duration next) {

    double kept() {
      return goodput / capacity;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "capacity %.1f/s, offered %.1f/s, goodput %.1f/s (%.0f %%), %d refused (99 %% within"
              + " %d ms), %d other, heap %d MB before and %d MB after, next answer after %d ms",
          capacity,
          offered,
          goodput,
          100 * kept(),
          refused,
          slowestRefusal.toMillis(),
          other,
          heapBefore >> 20,
          heapAfter >> 20,
          next.toMillis());
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final LocalArgus argus;
  private final byte[] photo = photo();

  Overload(LocalArgus argus) {
    this.argus = argus;
  }

  Report run(Duration warmUp, Duration closed, Duration open) throws Exception {
    closedLoop(warmUp);
    double before = closedLoop(closed);
    long heapBefore = heap();
    AtomicInteger good = new AtomicInteger();
    AtomicInteger other = new AtomicInteger();
    AtomicInteger pending = new AtomicInteger();
    Queue<Long> refusals = new ConcurrentLinkedQueue<>();
    double offered = FACTOR * before;
    AtomicLong sent = new AtomicLong();
    CountDownLatch end = new CountDownLatch(1);
    long start = System.nanoTime();
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    clock.scheduleAtFixedRate(
        () -> {
          long elapsed = System.nanoTime() - start;
          if (elapsed >= open.toNanos()) {
            end.countDown();
            return;
          }
          while (sent.get() < elapsed / 1e9 * offered) {
            sent.incrementAndGet();
            pending.incrementAndGet();
            long sentAt = System.nanoTime();
            post()
                .whenComplete(
                    (response, failure) -> {
                      int status = failure == null ? response.statusCode() : 0;
                      if (status == 200) {
                        good.incrementAndGet();
                      } else if (status == 503
                          && response.headers().firstValue("Retry-After").isPresent()) {
                        refusals.add(System.nanoTime() - sentAt);
                      } else {
                        other.incrementAndGet();
                      }
                      pending.decrementAndGet();
                    });
          }
        },
        0,
        TICK.toMillis(),
        TimeUnit.MILLISECONDS);
    end.await();
    clock.shutdownNow();
    double goodput = good.get() / ((System.nanoTime() - start) / 1e9);
    org.awaitility.Awaitility.await().atMost(PATIENCE).until(() -> pending.get() == 0);
    long heapAfter = heap();
    long nextAt = System.nanoTime();
    if (post().join().statusCode() != 200) {
      other.incrementAndGet();
    }
    Duration next = Duration.ofNanos(System.nanoTime() - nextAt);
    double after = closedLoop(closed);
    long slowest =
        refusals.stream().sorted().skip(refusals.size() * 99L / 100).findFirst().orElse(0L);
    return new Report(
        Math.min(before, after),
        offered,
        goodput,
        refusals.size(),
        other.get(),
        Duration.ofNanos(slowest),
        heapBefore,
        heapAfter,
        next);
  }

  private double closedLoop(Duration time) {
    long start = System.nanoTime();
    AtomicInteger good = new AtomicInteger();
    CompletableFuture<?>[] clients = new CompletableFuture<?>[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
      clients[i] = sendUntil(start + time.toNanos(), good);
    }
    CompletableFuture.allOf(clients).join();
    return good.get() / ((System.nanoTime() - start) / 1e9);
  }

  private CompletableFuture<Void> sendUntil(long end, AtomicInteger good) {
    if (System.nanoTime() >= end) {
      return CompletableFuture.completedFuture(null);
    }
    return post()
        .thenComposeAsync(
            response -> {
              if (response.statusCode() == 200) {
                good.incrementAndGet();
              }
              return sendUntil(end, good);
            });
  }

  private CompletableFuture<HttpResponse<Void>> post() {
    return http.sendAsync(
        HttpRequest.newBuilder(argus.url().resolve("/v1/images"))
            .header("Content-Type", "image/png")
            .POST(BodyPublishers.ofByteArray(photo))
            .build(),
        BodyHandlers.discarding());
  }

  private long heap() throws Exception {
    return http.send(
            HttpRequest.newBuilder(argus.url().resolve("/metrics")).build(),
            BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static byte[] photo() {
    BufferedImage image = new BufferedImage(4000, 3000, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(new GradientPaint(0, 0, Color.BLUE, 0, 3000, Color.GREEN));
    graphics.fillRect(0, 0, 4000, 3000);
    graphics.dispose();
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(image, "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
