package dev.argus.scaling;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the controller does now, and why.
 *
 * @param at when it was taken
 * @param launch how many nodes to launch, 0 or more
 * @param verdict the kind of reason, for programs
 * @param reason the reason with its numbers, for people
 * @param warm how many nodes are worth keeping while they have nothing to do; empty if the policy
 *     leaves that to the nodes
 * @param observation what it rests on; empty if nothing could be read, or this web node follows
 */
public record Decision(
    Instant at,
    int launch,
    Verdict verdict,
    String reason,
    OptionalInt warm,
    Optional<Observation> observation) {

  /** The kinds of reason. */
  public enum Verdict {
    /** No photo waits. */
    NO_WORK,
    /**
     * No more nodes are needed, or not yet: those that exist do the work, or new ones would be
     * early.
     */
    ENOUGH,
    /** More nodes are needed and launched. */
    LAUNCH,
    /** More nodes are needed, but no more may exist. */
    AT_MAXIMUM,
    /** More nodes are needed, but launching failed a moment ago. */
    HELD_BACK,
    /** The queue or the fleet could not be read. */
    BLIND,
    /** This web node does not lead, so it decides nothing. */
    FOLLOWING;

    /** Whether something outside keeps the controller from doing what it should. */
    boolean isTrouble() {
      return this == HELD_BACK || this == BLIND;
    }
  }

  public Decision {
    if (launch < 0 || (launch > 0) != (verdict == Verdict.LAUNCH)) {
      throw new IllegalArgumentException(
          "expected a positive number of launches with LAUNCH and 0 otherwise, found "
              + launch
              + " with "
              + verdict);
    }
  }

  /** Nothing is launched. */
  static Decision stay(Observation observation, Verdict verdict, String reason) {
    return new Decision(
        observation.at(), 0, verdict, reason, OptionalInt.empty(), Optional.of(observation));
  }

  /**
   * As many nodes as are needed and allowed.
   *
   * @param why ends the sentence that begins with what is done
   */
  static Decision launch(Observation observation, long needed, String why) {
    int allowed = (int) Math.min(needed, observation.room());
    String missing = Words.count(needed, "more node") + " needed";
    String maximum =
        "of at most " + observation.maxWorkers() + " nodes " + observation.existing() + " exist";
    if (allowed == 0) {
      return stay(observation, Verdict.AT_MAXIMUM, missing + ", but " + maximum + ": " + why);
    }
    String number = allowed == needed ? "" : " (" + missing + ", but " + maximum + ")";
    return new Decision(
        observation.at(),
        allowed,
        Verdict.LAUNCH,
        "launch " + Words.count(allowed, "node") + number + ": " + why,
        OptionalInt.empty(),
        Optional.of(observation));
  }

  /** The queue or the fleet could not be read, so nothing can be said. */
  static Decision blind(Instant at, String reason) {
    return new Decision(at, 0, Verdict.BLIND, reason, OptionalInt.empty(), Optional.empty());
  }

  /** This web node does not lead, for {@code why}. */
  static Decision following(Instant at, String why) {
    return new Decision(
        at,
        0,
        Verdict.FOLLOWING,
        "this web node does not lead: " + why,
        OptionalInt.empty(),
        Optional.empty());
  }

  /** This decision, and how many nodes are worth keeping without work. */
  Decision withWarm(int nodes) {
    return new Decision(at, launch, verdict, reason, OptionalInt.of(nodes), observation);
  }

  /** This decision, which is made anew after {@code trouble} with an earlier one. */
  Decision again(String trouble) {
    return new Decision(
        at, launch, verdict, reason + "; tried again after " + trouble, warm, observation);
  }

  /** This decision without its launches, for {@code cause}. */
  Decision heldBack(Instant until, String cause) {
    return new Decision(
        at,
        0,
        Verdict.HELD_BACK,
        "nothing is launched until "
            + until.truncatedTo(ChronoUnit.MILLIS)
            + " because "
            + cause
            + "; wanted: "
            + reason,
        warm,
        observation);
  }
}
