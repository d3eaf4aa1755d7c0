package dev.argus.chaos;

import dev.argus.chaos.Violation.Kind;
import dev.argus.ledger.LedgerCount;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * What a run proves: the counts of the ledger, and every promise that was broken.
 *
 * <p>A pure function of what clients saw, what S3 holds, and what is left.
 *
 * @param accepted acceptance records in S3
 * @param answered of them, recognised
 * @param failed of them, failed with a reason
 * @param deadLettered of them, given up
 * @param pending of them, without a result
 * @param refused photos that were never accepted, rightly
 */
record Verdict(
    int accepted,
    int answered,
    int failed,
    int deadLettered,
    int pending,
    int refused,
    List<Violation> violations) {

  Verdict {
    violations = List.copyOf(violations);
  }

  boolean ok() {
    return violations.isEmpty();
  }

  long count(Kind kind) {
    return violations.stream().filter(v -> v.kind() == kind).count();
  }

  /**
   * Judges a run.
   *
   * @param shots the photo of each number
   * @param photos how many were to be sent
   * @param maxNodes app nodes that may be there at once
   */
  static Verdict of(
      IntFunction<Shot> shots,
      int photos,
      List<Sighting> sightings,
      Stored s3,
      Remains remains,
      int maxNodes) {
    return new Judge(shots, s3).judge(photos, sightings, remains, maxNodes);
  }

  private static final class Judge {
    private final IntFunction<Shot> shots;
    private final Stored s3;
    private final List<Violation> violations = new ArrayList<>();

    Judge(IntFunction<Shot> shots, Stored s3) {
      this.shots = shots;
      this.s3 = s3;
    }

    Verdict judge(int photos, List<Sighting> sightings, Remains remains, int maxNodes) {
      Map<String, Shot> byName = new HashMap<>();
      Map<Integer, Sighting> byNumber = new HashMap<>();
      sightings.forEach(sighting -> byNumber.put(sighting.number(), sighting));
      for (int n = 0; n < photos; n++) {
        Shot shot = shots.apply(n);
        byName.put(shot.name(), shot);
        judgeSighting(shot, byNumber.get(n));
      }
      judgeIds(sightings);
      int refused = (int) sightings.stream().filter(Judge::isRefused).count();
      Verdict counts = judgeLedger(byName, refused);
      judgeRemains(remains, maxNodes);
      judgeAudit(counts, remains.audit());
      if (!remains.web().holds()) {
        miscounted("the web node's ledger does not hold: " + remains.web());
      }
      return new Verdict(
          counts.accepted(),
          counts.answered(),
          counts.failed(),
          counts.deadLettered(),
          counts.pending(),
          refused,
          violations);
    }

    private static boolean isRefused(Sighting sighting) {
      return sighting.results().get(0) instanceof Result.Refused;
    }

    private void judgeSighting(Shot shot, Sighting seen) {
      if (seen == null) {
        add(Kind.LOST, shot, "was never answered: its client had not even begun");
        return;
      }
      if (new HashSet<>(seen.results()).size() > 1 && seen.isAnswered()) {
        add(Kind.DUPLICATE, shot, "was answered in two ways: " + seen.results());
      }
      if (seen.ids().size() > 1) {
        add(Kind.DUPLICATE, shot, "was given two ids: " + seen.ids());
      }
      seen.results().stream().distinct().forEach(result -> judgeResult(shot, result));
    }

    private void judgeResult(Shot shot, Result result) {
      if (result instanceof Result.None none) {
        add(Kind.LOST, shot, "was never answered; last trouble: " + none.lastTrouble());
      } else if (result instanceof Result.Odd odd) {
        add(Kind.WRONG, shot, "got " + odd.what());
      } else if (result instanceof Result.Refused refused) {
        if (shot.isGood()) {
          add(Kind.WRONG, shot, "is good and was refused: " + refused);
        }
      } else if (result instanceof Result.Recognised recognised) {
        if (!recognised.name().equals(shot.name())) {
          add(Kind.WRONG, shot, "got the answer of another: " + recognised);
        }
        if (!isRight(shot, recognised.label())) {
          add(Kind.WRONG, shot, "expected " + shot.right() + ", got " + recognised);
        }
        judgeStored(shot, recognised.id(), recognised.label());
      } else if (result instanceof Result.Failed failed) {
        if (!failed.name().equals(shot.name())) {
          add(Kind.WRONG, shot, "got the answer of another: " + failed);
        }
        if (shot.isGood() && !isDeadLettered(failed.problem())) {
          add(Kind.WRONG, shot, "is good and failed: " + failed); // dead letters: see S3
        }
        judgeStored(shot, failed.id(), failed.problem());
      }
    }

    /** What a client was told must be what S3 holds for its id. */
    private void judgeStored(Shot shot, String id, String said) {
      ClassifyReply stored = s3.results().get(id);
      if (stored == null) {
        add(Kind.LOST, shot, "was answered, and S3 has no result for " + id);
      } else if (!said.equals(essence(stored))) {
        add(Kind.WRONG, shot, "was told " + said + ", and S3 says " + stored);
      }
    }

    private void judgeIds(List<Sighting> sightings) {
      Map<String, Integer> owners = new HashMap<>();
      for (Sighting sighting : sightings) {
        for (String id : sighting.ids()) {
          Integer other = owners.put(id, sighting.number());
          if (other != null) {
            add(Kind.WRONG, shots.apply(sighting.number()), "has the id of photo " + other);
          }
          if (!s3.accepted().contains(id)) {
            add(Kind.LOST, shots.apply(sighting.number()), "has no acceptance record: " + id);
          }
        }
      }
    }

    private Verdict judgeLedger(Map<String, Shot> byName, int refused) {
      int answered = 0;
      int failed = 0;
      int deadLettered = 0;
      int pending = 0;
      Set<String> named = new HashSet<>();
      for (String id : s3.accepted()) {
        ClassifyReply stored = s3.results().get(id);
        if (stored == null) {
          pending++;
          violations.add(new Violation(Kind.LOST, id + " was accepted and has no result"));
          continue;
        }
        Shot shot = byName.get(stored.name());
        if (shot == null) {
          violations.add(new Violation(Kind.WRONG, id + " is a photo nobody sent: " + stored));
          continue;
        }
        if (!named.add(stored.name())) {
          add(Kind.DUPLICATE, shot, "was accepted more than once, once as " + id);
        }
        if (stored instanceof ClassifyReply.Recognised recognised) {
          answered++;
          if (!isRight(shot, recognised.best().label())) {
            add(Kind.WRONG, shot, "expected " + shot.right() + ", S3 has " + recognised.best());
          }
        } else if (isDeadLettered(essence(stored))) {
          deadLettered++;
          add(
              shot.isGood() ? Kind.DEAD_LETTERED : Kind.WRONG,
              shot,
              "was dead-lettered as " + id + ": " + stored);
        } else {
          failed++;
          if (shot.isGood()) {
            add(Kind.WRONG, shot, "is good and failed in S3: " + stored);
          }
        }
      }
      for (String id : s3.results().keySet()) {
        if (!s3.accepted().contains(id)) {
          violations.add(new Violation(Kind.WRONG, id + " has a result and was never accepted"));
        }
      }
      return new Verdict(
          s3.accepted().size(), answered, failed, deadLettered, pending, refused, List.of());
    }

    private void judgeRemains(Remains remains, int maxNodes) {
      remains
          .messages()
          .forEach(
              (queue, messages) -> {
                if (messages > 0) {
                  leftOver(queue + " still holds " + messages + " messages");
                }
              });
      remains.running().forEach(what -> leftOver(what));
      if (remains.mostNodes() > maxNodes) {
        leftOver(remains.mostNodes() + " app nodes were there at once; allowed are " + maxNodes);
      }
    }

    private void judgeAudit(Verdict own, LedgerCount audit) {
      boolean agrees =
          audit.accepted() == own.accepted()
              && audit.answered() == own.answered()
              && audit.failed() == own.failed()
              && audit.deadLettered() == own.deadLettered()
              && audit.pending() == own.pending()
              && audit.resultsWithoutRecord() == 0;
      if (!agrees || !audit.holds()) {
        miscounted("doctor --ledger counts " + audit.toJson() + ", this run counts " + own);
      }
    }

    private void miscounted(String text) {
      violations.add(new Violation(Kind.MISCOUNTED, text));
    }

    private void leftOver(String text) {
      violations.add(new Violation(Kind.LEFT_OVER, text));
    }

    private void add(Kind kind, Shot shot, String text) {
      violations.add(new Violation(kind, "photo " + shot.number() + " " + text));
    }

    private static boolean isRight(Shot shot, String label) {
      return shot.right().stream().anyMatch(label::equalsIgnoreCase);
    }

    private static String essence(ClassifyReply reply) {
      return reply instanceof ClassifyReply.Recognised recognised
          ? recognised.best().label()
          : ((ClassifyReply.Failed) reply).problem().type();
    }

    private static boolean isDeadLettered(String problemType) {
      return Problem.Kind.DEAD_LETTERED.because("").type().equals(problemType);
    }
  }
}
