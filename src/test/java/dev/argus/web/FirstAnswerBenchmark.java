package dev.argus.web;

import dev.argus.image.TestPhotos;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * How soon a form of {@value #PHOTOS} photos is answered: the time from the first byte of its
 * upload to the first line of its answer, as a ratio to the time of one photo alone, the two in
 * turn. How to run it: {@code docs/benchmarks.md}.
 */
public final class FirstAnswerBenchmark {
  private static final int PHOTOS = 500;
  private static final int ROUNDS = 15;
  private static final int WARM_UP = 5;
  private static final String ANSWER_MILLIS = "50";
  private static final String BOUNDARY = "----argus-benchmark";
  private static final String FORM = "multipart/form-data; boundary=" + BOUNDARY;
  private static final String NDJSON = "Accept: application/x-ndjson\r\n";

  private final int port;
  private final byte[] photo;

  private FirstAnswerBenchmark(int port, byte[] photo) {
    this.port = port;
    this.photo = photo;
  }

  /** What was sent of a form when its first line came. */
  private record First(double millis, int sent) {}

  public static void main(String[] args) throws Exception {
    byte[] photo = Arrays.copyOf(TestPhotos.bytes("cat.jpg"), 40_000);
    try (ServerProcess web = new ServerProcess(InstantWeb.class, List.of(args), ANSWER_MILLIS)) {
      new FirstAnswerBenchmark(web.port(), photo).run();
    }
  }

  private void run() throws Exception {
    List<Double> ratios = new ArrayList<>();
    for (int round = 1 - WARM_UP; round <= ROUNDS; round++) {
      double alone = alone();
      First first = firstOfMany();
      if (round > 0) {
        ratios.add(first.millis() / alone);
        System.out.printf(
            Locale.ROOT,
            "round %d: one alone %.1f ms, first of %d %.1f ms, %d of them sent by then, ratio"
                + " %.2f%n",
            round,
            alone,
            PHOTOS,
            first.millis(),
            first.sent(),
            first.millis() / alone);
      }
    }
    ratios.sort(null);
    System.out.printf(
        Locale.ROOT,
        "median ratio %.2f, %.2f to %.2f%n",
        ratios.get(ROUNDS / 2),
        ratios.get(0),
        ratios.get(ROUNDS - 1));
  }

  private double alone() throws IOException {
    try (RawClient client = new RawClient(port)) {
      long begun = System.nanoTime();
      client.send(RawClient.post("/v1/images", FORM, bytes(part(), end())));
      client.expectOk();
      return (System.nanoTime() - begun) / 1e6;
    }
  }

  private First firstOfMany() throws Exception {
    try (RawClient client = new RawClient(port)) {
      long begun = System.nanoTime();
      Sender sender = new Sender(client);
      CompletableFuture<Void> all = CompletableFuture.runAsync(sender);
      client.head();
      firstLine(client);
      First first = new First((System.nanoTime() - begun) / 1e6, sender.sent);
      for (int i = 1; i < PHOTOS; i++) {
        firstLine(client);
      }
      all.get();
      return first;
    }
  }

  /** Past the sizes of chunks and signs of life. */
  private static void firstLine(RawClient client) throws IOException {
    while (!client.line().startsWith("{")) {
      continue;
    }
  }

  private final class Sender implements Runnable {
    private final RawClient client;
    private volatile int sent;

    private Sender(RawClient client) {
      this.client = client;
    }

    @Override
    public void run() {
      byte[] part = part();
      try {
        client.send(
            RawClient.head("/v1/images", FORM, PHOTOS * part.length + end().length, NDJSON));
        for (int i = 0; i < PHOTOS; i++) {
          client.send(part);
          sent = i + 1;
        }
        client.send(end());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private byte[] part() {
    return bytes(
        ("--"
                + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"f\"; filename=\"cat.jpg\"\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII),
        photo,
        "\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] end() {
    return ("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] bytes(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
