package dev.argus.web;

import dev.argus.image.TestPhotos;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What an upload costs the web tier: CPU of its whole process for each request, as a ratio to
 * {@link BareRoute}, the two in turn. How to run it: {@code docs/benchmarks.md}.
 */
public final class WebCpuBenchmark {
  private static final int AT_ONCE = 16;
  private static final int WARM_UP = 64_000;
  private static final int REQUESTS = 4_000;
  private static final int ROUNDS = 5;
  private static final String BOUNDARY = "----argus-benchmark";

  private WebCpuBenchmark() {}

  private record Upload(String what, String bare, String contentType, byte[] body) {}

  /**
   * @param args flags for both JVMs, for example of a profiler
   */
  public static void main(String[] args) throws Exception {
    byte[] inline = Arrays.copyOf(TestPhotos.bytes("cat.jpg"), 40_000);
    byte[] large = TestPhotos.bytes("bakery.jpg");
    List<Upload> uploads =
        List.of(
            new Upload(
                "form, 40 kB", "form", "multipart/form-data; boundary=" + BOUNDARY, form(inline)),
            new Upload("body, 40 kB", "raw", "image/jpeg", inline),
            new Upload("body, 198 kB", "raw", "image/jpeg", large));
    try (ServerProcess web = new ServerProcess(InstantWeb.class, List.of(args), "0");
        ServerProcess bare = new ServerProcess(BareRoute.class, List.of(args))) {
      for (Upload upload : uploads) {
        compare(web, bare, upload);
      }
    }
  }

  private static void compare(ServerProcess web, ServerProcess bare, Upload upload)
      throws Exception {
    byte[] toWeb = RawClient.post("/v1/images", upload.contentType(), upload.body());
    byte[] toBare = RawClient.post("/" + upload.bare(), upload.contentType(), upload.body());
    send(web, toWeb, WARM_UP);
    send(bare, toBare, WARM_UP);
    List<Double> ratios = new ArrayList<>();
    for (int round = 1; round <= ROUNDS; round++) {
      double webMicros = micros(web, toWeb);
      double bareMicros = micros(bare, toBare);
      ratios.add(webMicros / bareMicros);
      System.out.printf(
          Locale.ROOT,
          "%s, round %d: web tier %.0f, bare route %.0f µs of CPU a request, ratio %.2f%n",
          upload.what(),
          round,
          webMicros,
          bareMicros,
          webMicros / bareMicros);
    }
    ratios.sort(null);
    System.out.printf(
        Locale.ROOT,
        "%s: median ratio %.2f, %.2f to %.2f%n",
        upload.what(),
        ratios.get(ROUNDS / 2),
        ratios.get(0),
        ratios.get(ROUNDS - 1));
  }

  private static double micros(ServerProcess server, byte[] request) throws Exception {
    Duration before = server.cpu();
    send(server, request, REQUESTS);
    return server.cpu().minus(before).toNanos() / 1e3 / REQUESTS;
  }

  /** In a closed loop, over connections that are kept. */
  private static void send(ServerProcess server, byte[] request, int count) throws Exception {
    ExecutorService senders = Executors.newFixedThreadPool(AT_ONCE);
    List<Future<Void>> sent = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      sent.add(
          senders.submit(
              () -> {
                try (RawClient client = new RawClient(server.port())) {
                  for (int n = 0; n < count / AT_ONCE; n++) {
                    client.send(request);
                    client.expectOk();
                  }
                }
                return null;
              }));
    }
    for (Future<Void> sender : sent) {
      sender.get();
    }
    senders.shutdown();
  }

  static byte[] form(byte[] photo) {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    form.writeBytes(
        ("--"
                + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"myfile\"; filename=\"cat.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    form.writeBytes(photo);
    form.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    return form.toByteArray();
  }
}
