package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.ArgusSettings;
import dev.argus.config.LedgerSettings;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.PhotoState;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import dev.argus.simulation.SettableClock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final LedgerSettings SETTINGS = ArgusSettings.load(Map.of()).ledger();
  private static final List<PhotoId> IDS =
      IntStream.range(0, 10).mapToObj(i -> PhotoId.random()).toList();

  private final SettableClock clock = new SettableClock();
  private final Ledger ledger = new Ledger(SETTINGS, clock);

  private static ClassifyReply reply(PhotoId id, PhotoState state) {
    return switch (state) {
      case PENDING -> throw new IllegalArgumentException("pending is no reply");
      case ANSWERED ->
          new ClassifyReply.Recognised(id, "a.jpg", List.of(new Prediction("cat", 1)), "m");
      case FAILED ->
          new ClassifyReply.Failed(id, "a.jpg", Problem.Kind.UNDECODABLE.because("cut short"));
      case DEAD_LETTERED ->
          new ClassifyReply.Failed(id, "a.jpg", Problem.Kind.DEAD_LETTERED.because("five times"));
    };
  }

  /** One step of the property: a photo is accepted or answered, and that may come again. */
  enum Step {
    ACCEPT,
    ANSWER,
    FAIL,
    GIVE_UP,
    EXPIRE
  }

  @Property(tries = 500)
  void theEquationHoldsAfterEveryStepInWhateverOrderAndHoweverOftenTheyCome(
      @ForAll @Size(max = 60) List<Step> steps, @ForAll @Size(60) List<Byte> photos) {
    Ledger any = new Ledger(new LedgerSettings(100, 3, SECOND, SECOND, 10), new SettableClock());
    for (int i = 0; i < steps.size(); i++) {
      PhotoId id = IDS.get(Math.floorMod(photos.get(i), IDS.size()));
      switch (steps.get(i)) {
        case ACCEPT -> any.accepted(id);
        case ANSWER -> any.settled(reply(id, PhotoState.ANSWERED));
        case FAIL -> any.settled(reply(id, PhotoState.FAILED));
        case GIVE_UP -> any.settled(reply(id, PhotoState.DEAD_LETTERED));
        case EXPIRE -> any.expired(id);
      }
      assertThat(any.counts().holds()).as(any.counts().toString()).isTrue();
    }
  }

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void everyPhotoIsInOneStateAndARepeatedReplyChangesNothing() {
    for (PhotoState state :
        List.of(PhotoState.ANSWERED, PhotoState.FAILED, PhotoState.DEAD_LETTERED)) {
      PhotoId id = PhotoId.random();
      ledger.accepted(id);
      assertThat(ledger.counts().pending()).isEqualTo(1);
      assertThat(ledger.settled(reply(id, state))).isEqualTo(Ledger.Arrival.ANSWER);
      assertThat(ledger.settled(reply(id, state))).isEqualTo(Ledger.Arrival.DUPLICATE);
    }
    assertThat(ledger.counts()).isEqualTo(new Ledger.Counts(3, 1, 1, 1, 0));
  }

  @Test
  void aReplyToAPhotoThatAnEarlierProcessAcceptedIsCountedApart() {
    assertThat(ledger.settled(reply(PhotoId.random(), PhotoState.ANSWERED)))
        .isEqualTo(Ledger.Arrival.UNCLAIMED);
    assertThat(ledger.counts()).isEqualTo(new Ledger.Counts(0, 0, 0, 0, 0));
  }

  @Test
  void aDeadLetteredPhotoThatIsSentAgainMovesToItsNewState() {
    PhotoId id = PhotoId.random();
    ledger.accepted(id);
    ledger.settled(reply(id, PhotoState.DEAD_LETTERED));
    assertThat(ledger.settled(reply(id, PhotoState.ANSWERED))).isEqualTo(Ledger.Arrival.ANSWER);
    assertThat(ledger.counts()).isEqualTo(new Ledger.Counts(1, 1, 0, 0, 0));
  }

  @Test
  void itIsFullAtItsLimitAndOfAnsweredPhotosOnlyTheLatestAreRemembered() {
    Ledger small = new Ledger(new LedgerSettings(2, 1, SECOND, SECOND, 10), clock);
    small.accepted(IDS.get(0));
    assertThat(small.isFull()).isFalse();
    small.accepted(IDS.get(1));
    assertThat(small.isFull()).isTrue();
    small.settled(reply(IDS.get(0), PhotoState.ANSWERED));
    assertThat(small.isFull()).isFalse();
    small.settled(reply(IDS.get(1), PhotoState.ANSWERED));
    assertThat(small.settled(reply(IDS.get(0), PhotoState.ANSWERED)))
        .isEqualTo(Ledger.Arrival.UNCLAIMED);
  }

  @Test
  void whatIsPendingForLongIsNamedOldestFirstAndEachOnlyOnceInThatTime() {
    LedgerSettings two =
        new LedgerSettings(100, 100, SETTINGS.reconcileAfter(), SETTINGS.reconcileInterval(), 2);
    Ledger batches = new Ledger(two, clock);
    IDS.subList(0, 3).forEach(batches::accepted);
    clock.advance(two.reconcileAfter().dividedBy(2));
    batches.accepted(IDS.get(3));
    assertThat(batches.takeOverdue()).isEmpty();
    clock.advance(two.reconcileAfter().dividedBy(2));
    assertThat(batches.takeOverdue()).containsExactly(IDS.get(0), IDS.get(1));
    assertThat(batches.takeOverdue()).containsExactly(IDS.get(2));
    assertThat(batches.takeOverdue()).isEmpty();
    clock.advance(two.reconcileAfter());
    batches.settled(reply(IDS.get(0), PhotoState.ANSWERED));
    assertThat(batches.takeOverdue()).containsExactly(IDS.get(3), IDS.get(1));
  }

  @Test
  void theEquationHoldsInEveryScrapeWhilePhotosComeAndGo() {
    LedgerMetrics metrics =
        new LedgerMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), ledger);
    AtomicBoolean over = new AtomicBoolean();
    List<CompletableFuture<Void>> traffic =
        IntStream.range(0, 3)
            .mapToObj(n -> CompletableFuture.runAsync(() -> comeAndGo(over)))
            .toList();
    try {
      for (int i = 0; i < 200; i++) {
        String text = metrics.scrape();
        assertThat(value(text, "accepted"))
            .as(text)
            .isEqualTo(
                value(text, "answered")
                    + value(text, "failed")
                    + value(text, "dead_lettered")
                    + value(text, "pending"));
      }
    } finally {
      over.set(true);
    }
    traffic.forEach(CompletableFuture::join);
    assertThat(value(metrics.scrape(), "accepted")).isPositive();
  }

  private void comeAndGo(AtomicBoolean over) {
    PhotoState[] states = PhotoState.values();
    for (int i = 0; !over.get(); i++) {
      PhotoId id = PhotoId.random();
      ledger.accepted(id);
      PhotoState state = states[i % states.length];
      if (state != PhotoState.PENDING) {
        ledger.settled(reply(id, state));
      } else if (ledger.isFull()) {
        return;
      }
    }
  }

  private static double value(String prometheus, String state) {
    Matcher line =
        Pattern.compile("argus_ledger_photos\\{state=\"" + state + "\"} (\\S+)")
            .matcher(prometheus);
    assertThat(line.find()).as(state).isTrue();
    return Double.parseDouble(line.group(1));
  }
}
