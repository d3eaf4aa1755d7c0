package dev.argus.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.aws.MessagesPerCall;
import dev.argus.callback.Receiver;
import dev.argus.config.ArgusSettings;
import dev.argus.costs.CostKeeper;
import dev.argus.ports.BilledRequests;
import dev.argus.ports.Fleet;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;
import dev.argus.scaling.DecisionLog;
import dev.argus.scaling.Forecast;
import dev.argus.scaling.LeaderElection;
import dev.argus.scaling.ScalerActor;
import dev.argus.scaling.ScalingPolicy;
import dev.argus.scaling.Term;
import dev.argus.scaling.TermActor;
import dev.argus.simulation.InMemoryCluster;
import dev.argus.simulation.InMemoryCluster.WebNode;
import dev.argus.simulation.InMemoryFleet;
import dev.argus.simulation.ScriptedClassifier;
import dev.argus.simulation.SettableClock;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;

/** A web node with all that measures something, which took photos; everything around it is fake. */
final class Monitored implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private final InMemoryCluster cluster =
      new InMemoryCluster(
          InstantSource.system(),
          Map.of("ARGUS_SCALING_MAX_WORKERS", "1", "ARGUS_WEB_CALLBACKS_SECRET", Receiver.SECRET));
  private final ArgusSettings settings = cluster.settings();
  private final InMemoryFleet fleet = new InMemoryFleet(InstantSource.system());
  private final WebNode web = cluster.startWeb(cluster.surroundings());

  Monitored() {
    new MessagesPerCall(web.metrics());
    startScaling();
    startCosts();
    cluster.startApp(
        "i-1",
        cluster.surroundings(),
        new ScriptedClassifier(
            photo ->
                photo.length() % 2 == 0
                    ? CompletableFuture.completedFuture(ScriptedClassifier.seen("cat"))
                    : CompletableFuture.failedFuture(
                        new PhotoException(Problem.Kind.UNDECODABLE.because("by the script")))));
  }

  private void startScaling() {
    ActorRef<TermActor.Command> terms =
        web.system()
            .systemActorOf(
                TermActor.create(
                    settings.scaling(),
                    ScalingPolicy.named(settings.scaling().policy()),
                    new ScalerActor.Surroundings(
                        "argus",
                        cluster.requests,
                        fleet,
                        web.tier()::waiting,
                        new DecisionLog(10),
                        new Forecast(),
                        nodes -> {},
                        word -> {},
                        InstantSource.system(),
                        RandomGenerator.getDefault(),
                        web.metrics())),
                "terms",
                Props.empty());
    web.system()
        .systemActorOf(
            LeaderElection.create(
                settings.scaling().lease(),
                new LeaderElection.Surroundings(
                    cluster.store,
                    "this process",
                    "responses",
                    "",
                    System::nanoTime,
                    web.metrics(),
                    new LeaderElection.Listener() {
                      @Override
                      public void leads(Term term) {
                        terms.tell(new TermActor.Begin(term));
                      }

                      @Override
                      public void follows(String why) {
                        terms.tell(new TermActor.End(why));
                      }
                    })),
            "election",
            Props.empty());
  }

  private void startCosts() {
    SettableClock clock = new SettableClock();
    Fleet.Node node =
        new Fleet.Node(
            "i-1", 1, Fleet.State.RUNNING, clock.instant(), "", "c7i.large", Fleet.ON_DEMAND);
    ActorRef<CostKeeper.Command> costs =
        web.system()
            .systemActorOf(
                CostKeeper.create(
                    settings.prices(),
                    new CostKeeper.Surroundings(
                        "responses",
                        cluster.store,
                        new BilledRequests(),
                        CompletableFuture.completedFuture(Optional.empty()),
                        web.metrics(),
                        clock)),
                "costs",
                Props.empty());
    // The keeper looks at its clock when it starts, and again when it has read what it had saved.
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              clock.advance(Duration.ofSeconds(60));
              costs.tell(new CostKeeper.Seen(List.of(node)));
              return web.metrics().scrape().contains("argus_instance_seconds_total");
            });
  }

  /**
   * What Prometheus sees after a photo that was recognised, one that was not, a batch of one of
   * each and what is no photo, and an error.
   */
  String scrape() throws Exception {
    for (int extra : List.of(0, 1)) {
      HttpResponse<String> answer =
          send(
              HttpRequest.newBuilder(web.uri("/v1/images"))
                  .header("Content-Type", "image/png")
                  .POST(BodyPublishers.ofByteArray(photo(extra))));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(extra == 0 ? 200 : 422);
    }
    HttpResponse<String> batch = send(form(photo(0), photo(1), new byte[] {1, 2, 3}));
    assertThat(batch.statusCode()).as(batch.body()).isEqualTo(200);
    get("/v1/images/019a5c1e-8f00-7000-8000-000000000001");
    get("/nothing/here");
    get("/readyz");
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              String text = get("/metrics");
              return text.contains("argus_dead_letters ")
                  && text.contains("argus_leader 1")
                  && text.contains("argus_web_ready 1");
            });
    return get("/metrics");
  }

  private String get(String path) throws Exception {
    return send(HttpRequest.newBuilder(web.uri(path))).body();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder form(byte[]... photos) {
    List<byte[]> body = new ArrayList<>();
    for (byte[] photo : photos) {
      body.add(
          "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.png\"\r\n\r\n"
              .getBytes());
      body.add(photo);
      body.add("\r\n".getBytes());
    }
    body.add("--b--\r\n".getBytes());
    return HttpRequest.newBuilder(web.uri("/v1/images"))
        .header("Content-Type", "multipart/form-data; boundary=b")
        .POST(BodyPublishers.ofByteArrays(body));
  }

  /** Of an even number of bytes, and so many more. */
  private static byte[] photo(int extra) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB), "png", out);
    if (out.size() % 2 != extra) {
      out.write(0);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
