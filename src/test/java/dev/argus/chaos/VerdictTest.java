package dev.argus.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.chaos.Violation.Kind;
import dev.argus.ledger.LedgerCount;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.PhotoState;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A checker that cannot fail proves nothing: every promise is broken here once. */
class VerdictTest {
  private static final int MAX_NODES = 2;
  private static final List<Shot> SHOTS =
      List.of(
          shot(0, List.of("pizza")), shot(1, List.of("tabby", "tiger cat")), shot(2, List.of()));

  private final PhotoId pizza = PhotoId.random();
  private final PhotoId cat = PhotoId.random();
  private final Set<String> accepted = new HashSet<>();
  private final Map<String, ClassifyReply> results = new HashMap<>();
  private final List<Sighting> sightings = new ArrayList<>();
  private final Map<String, Integer> messages = new HashMap<>(Map.of("requests", 0));
  private final List<String> running = new ArrayList<>();
  private int mostNodes = MAX_NODES;
  private WebLedger web = new WebLedger(1, 1, 0, 0, 0);
  private Optional<LedgerCount> audit = Optional.empty();

  private static Shot shot(int number, List<String> right) {
    return new Shot(number, "photo-" + number, "image/jpeg", () -> new byte[0], false, right);
  }

  /** A run in which all is well: two photos recognised, a bad one refused. */
  @BeforeEach
  void allIsWell() {
    accept(pizza, recognised(pizza, "photo-0", "pizza"));
    accept(cat, recognised(cat, "photo-1", "tiger cat"));
    see(0, Set.of(pizza), told(pizza, "photo-0", "pizza"));
    see(1, Set.of(cat), told(cat, "photo-1", "tiger cat"));
    see(2, Set.of(), new Result.Refused(415, "Not a photo"));
  }

  private void accept(PhotoId id, ClassifyReply result) {
    accepted.add(id.toString());
    results.put(id.toString(), result);
  }

  private void see(int number, Set<PhotoId> ids, Result... answers) {
    sightings.removeIf(sighting -> sighting.number() == number);
    Set<String> texts = new HashSet<>();
    ids.forEach(id -> texts.add(id.toString()));
    sightings.add(new Sighting(number, texts, List.of(answers), 0, Duration.ofSeconds(1)));
  }

  private static ClassifyReply recognised(PhotoId id, String name, String label) {
    return new ClassifyReply.Recognised(id, name, List.of(new Prediction(label, 0.9)), "net");
  }

  private static ClassifyReply failed(PhotoId id, String name, Problem.Kind kind) {
    return new ClassifyReply.Failed(id, name, kind.because("for a test"));
  }

  private static Result told(PhotoId id, String name, String label) {
    return new Result.Recognised(id.toString(), name, label);
  }

  private Verdict verdict() {
    Stored stored = new Stored(accepted, results);
    LedgerCount count = audit.orElseGet(this::rightAudit);
    Remains remains = new Remains(messages, running, mostNodes, count, web);
    return Verdict.of(SHOTS::get, SHOTS.size(), sightings, stored, remains, MAX_NODES);
  }

  private LedgerCount rightAudit() {
    Map<PhotoState, Long> states = new EnumMap<>(PhotoState.class);
    for (String id : accepted) {
      PhotoState state =
          results.containsKey(id) ? PhotoState.of(results.get(id)) : PhotoState.PENDING;
      states.merge(state, 1L, Long::sum);
    }
    return audit(
        states.getOrDefault(PhotoState.ANSWERED, 0L),
        states.getOrDefault(PhotoState.FAILED, 0L),
        states.getOrDefault(PhotoState.DEAD_LETTERED, 0L),
        states.getOrDefault(PhotoState.PENDING, 0L));
  }

  private static LedgerCount audit(long answered, long failed, long dead, long pending) {
    long accepted = answered + failed + dead + pending;
    return new LedgerCount(
        accepted,
        answered,
        failed,
        dead,
        pending,
        0,
        Optional.empty(),
        0,
        List.of(),
        Instant.EPOCH);
  }

  private void assertBroken(Kind kind) {
    Verdict verdict = verdict();
    assertThat(verdict.ok()).isFalse();
    assertThat(verdict.violations()).extracting(Violation::kind).contains(kind);
  }

  @Test
  void aRunInWhichAllIsWellIsOk() {
    Verdict verdict = verdict();
    assertThat(verdict.violations()).isEmpty();
    assertThat(verdict).isEqualTo(new Verdict(2, 2, 0, 0, 0, 1, List.of()));
  }

  @Test
  void aPhotoWhoseClientGaveUpIsLost() {
    see(0, Set.of(pizza), new Result.None("status 503"));
    assertBroken(Kind.LOST);
  }

  @Test
  void aPhotoThatNoClientEverSentIsLost() {
    sightings.removeIf(sighting -> sighting.number() == 0);
    assertBroken(Kind.LOST);
  }

  @Test
  void anAcceptanceWithoutAResultIsLostAlsoIfNoClientKnowsIt() {
    accepted.add(PhotoId.random().toString());
    assertBroken(Kind.LOST);
    assertThat(verdict().pending()).isEqualTo(1);
  }

  @Test
  void anAnswerThatS3DoesNotHaveIsLost() {
    results.remove(pizza.toString());
    assertBroken(Kind.LOST);
  }

  @Test
  void anIdWithoutAnAcceptanceRecordIsLost() {
    see(2, Set.of(PhotoId.random()), new Result.Refused(415, "Not a photo"));
    assertBroken(Kind.LOST);
  }

  @Test
  void aWrongLabelIsWrong() {
    accept(pizza, recognised(pizza, "photo-0", "beagle"));
    see(0, Set.of(pizza), told(pizza, "photo-0", "beagle"));
    assertBroken(Kind.WRONG);
  }

  @Test
  void theAnswerOfAnotherPhotoIsWrong() {
    see(0, Set.of(cat), told(cat, "photo-1", "tiger cat"));
    assertBroken(Kind.WRONG);
  }

  @Test
  void anAnswerThatS3DoesNotConfirmIsWrong() {
    accept(cat, recognised(cat, "photo-1", "tabby"));
    assertBroken(Kind.WRONG);
  }

  @Test
  void aGoodPhotoThatIsRefusedIsWrong() {
    see(0, Set.of(), new Result.Refused(415, "Not a photo"));
    assertBroken(Kind.WRONG);
  }

  @Test
  void aGoodPhotoThatFailedIsWrong() {
    accept(pizza, failed(pizza, "photo-0", Problem.Kind.UNDECODABLE));
    assertBroken(Kind.WRONG);
    assertThat(verdict().failed()).isEqualTo(1);
  }

  @Test
  void aBadPhotoThatIsRecognisedIsWrong() {
    PhotoId bad = PhotoId.random();
    accept(bad, recognised(bad, "photo-2", "pizza"));
    see(2, Set.of(bad), told(bad, "photo-2", "pizza"));
    assertBroken(Kind.WRONG);
  }

  @Test
  void aBadPhotoMayFailForItsOwnReason() {
    PhotoId bad = PhotoId.random();
    accept(bad, failed(bad, "photo-2", Problem.Kind.UNDECODABLE));
    see(
        2,
        Set.of(bad),
        new Result.Failed(bad.toString(), "photo-2", Problem.Kind.UNDECODABLE.because("").type()));
    assertThat(verdict().violations()).isEmpty();
    assertThat(verdict().failed()).isEqualTo(1);
  }

  @Test
  void somethingThatNoClientShouldSeeIsWrong() {
    see(0, Set.of(pizza), new Result.Odd("status 404 to GET " + pizza));
    assertBroken(Kind.WRONG);
  }

  @Test
  void aResultThatWasNeverAcceptedIsWrong() {
    accepted.remove(pizza.toString());
    assertBroken(Kind.WRONG);
  }

  @Test
  void oneIdForTwoPhotosIsWrong() {
    see(0, Set.of(pizza, cat), told(pizza, "photo-0", "pizza"));
    assertBroken(Kind.WRONG);
  }

  @Test
  void twoDifferentAnswersAreADuplicate() {
    see(1, Set.of(cat), told(cat, "photo-1", "tiger cat"), told(cat, "photo-1", "tabby"));
    assertBroken(Kind.DUPLICATE);
  }

  @Test
  void twoIdsAreADuplicate() {
    PhotoId second = PhotoId.random();
    accept(second, recognised(second, "photo-0", "pizza"));
    see(0, Set.of(pizza, second), told(pizza, "photo-0", "pizza"));
    assertBroken(Kind.DUPLICATE);
  }

  @Test
  void twoJobsForOneKeyAreADuplicateAlsoIfTheClientKnowsOne() {
    PhotoId second = PhotoId.random();
    accept(second, recognised(second, "photo-0", "pizza"));
    assertBroken(Kind.DUPLICATE);
  }

  @Test
  void aGoodPhotoThatWasGivenUpIsDeadLettered() {
    accept(pizza, failed(pizza, "photo-0", Problem.Kind.DEAD_LETTERED));
    see(
        0,
        Set.of(pizza),
        new Result.Failed(
            pizza.toString(), "photo-0", Problem.Kind.DEAD_LETTERED.because("").type()));
    assertBroken(Kind.DEAD_LETTERED);
    assertThat(verdict().deadLettered()).isEqualTo(1);
  }

  @Test
  void messagesThatRemainAreLeftOver() {
    messages.put("requests", 1);
    assertBroken(Kind.LEFT_OVER);
  }

  @Test
  void processesThatRemainAreLeftOver() {
    running.add("app node i-1 is still up");
    assertBroken(Kind.LEFT_OVER);
  }

  @Test
  void moreNodesThanAllowedAreLeftOver() {
    mostNodes = MAX_NODES + 1;
    assertBroken(Kind.LEFT_OVER);
  }

  @Test
  void anAuditThatCountsOtherwiseIsMiscounted() {
    audit = Optional.of(audit(1, 1, 0, 0));
    assertBroken(Kind.MISCOUNTED);
  }

  @Test
  void aWebNodeWhoseLedgerDoesNotHoldIsMiscounted() {
    web = new WebLedger(3, 1, 0, 0, 1);
    assertBroken(Kind.MISCOUNTED);
  }
}
