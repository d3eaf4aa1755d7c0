package dev.argus.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What open event streams cost a web node in memory: {@value #STREAMS} of batches that do not
 * finish, each of its own, then as many of what goes on in the cluster. How to run it: {@code
 * docs/benchmarks.md}.
 */
public final class EventStreamsBenchmark {
  private static final int STREAMS = 200;
  private static final int PHOTOS = 2;
  private static final String BOUNDARY = "----argus-benchmark";

  private final ServerProcess web;

  private EventStreamsBenchmark(ServerProcess web) {
    this.web = web;
  }

  public static void main(String[] args) throws Exception {
    try (ServerProcess web =
        new ServerProcess(
            InstantWeb.class, List.of(args), "never", "ARGUS_WEB_MAX_WATCHERS=" + STREAMS)) {
      new EventStreamsBenchmark(web).run();
    }
  }

  private void run() throws Exception {
    // What is made once, at the first use, is no cost of a stream.
    close(open(List.of(location(sendBatch()) + "/events", OpsHandler.PATH)));
    report("nothing", web.memory());
    List<String> batches = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      batches.add(location(sendBatch()) + "/events");
    }
    report(STREAMS + " batches", web.memory());
    List<RawClient> ofBatches = open(batches);
    report("and a stream of each", web.memory());
    List<RawClient> ofOps = open(Collections.nCopies(STREAMS, OpsHandler.PATH));
    report("and as many of /v1/ops/events", web.memory());
    close(ofOps);
    close(ofBatches);
  }

  /** Photos that no app node will ever answer; their sender does not wait. */
  private String sendBatch() throws IOException {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    for (int i = 0; i < PHOTOS; i++) {
      form.writeBytes(
          ("--"
                  + BOUNDARY
                  + "\r\nContent-Disposition: form-data; name=\"f\"; filename=\"cat.png\""
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      form.writeBytes(TierUnderTest.photo());
      form.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    form.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    try (RawClient client = new RawClient(web.port())) {
      client.send(
          RawClient.post(
              "/v1/images",
              "multipart/form-data; boundary=" + BOUNDARY,
              form.toByteArray(),
              "Prefer: respond-async\r\n"));
      return client.expectOk();
    }
  }

  private static String location(String head) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("location:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  /** Opens streams; each has begun when this returns. */
  private List<RawClient> open(List<String> paths) throws IOException {
    List<RawClient> streams = new ArrayList<>();
    for (String path : paths) {
      RawClient stream = new RawClient(web.port());
      stream.send(
          ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      String head = stream.head();
      if (!head.startsWith("HTTP/1.1 200")) {
        throw new IOException(head);
      }
      streams.add(stream);
    }
    return streams;
  }

  private static void close(List<RawClient> streams) throws IOException {
    for (RawClient stream : streams) {
      stream.close();
    }
  }

  private void report(String what, ServerProcess.Memory memory) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%s: heap %.1f MB, direct buffers %.1f MB, resident %.1f MB%n",
        what,
        memory.heap() / 1e6,
        memory.direct() / 1e6,
        web.residentBytes() / 1e6);
  }
}
