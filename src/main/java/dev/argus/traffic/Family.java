package dev.argus.traffic;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/**
 * Kinds of traffic that fleets meet, each after a published model; the constants are beside each
 * model, and in docs/traffic.md.
 *
 * <p>The rate scales a family, and its time constants stay as they are: at ten times the rate the
 * same crowds come at the same pace, ten times as large.
 */
public enum Family {
  /** Days and nights. */
  DIURNAL(
      "follows the hours of a day, four times as busy at 14:00 as at 02:00, times a lognormal factor"
          + " every five minutes",
      "Shahrad et al., \"Serverless in the Wild\" (USENIX ATC 2020), figure 4: daily waves over a"
          + " constant half; Alasmar et al., \"Internet Traffic Volumes Are Not Gaussian - They Are"
          + " Log-Normal\" (IEEE/ACM ToN 2021)",
      Diurnal::new),

  /** Bursts without any memory. */
  GAMMA(
      "has independent gamma-distributed gaps, whose coefficient of variation the seed draws between"
          + " 1 and 8",
      "Wang et al., \"BurstGPT\" (arXiv 2401.17644): gamma arrivals of model serving; Li et al.,"
          + " \"AlpaServe\" (OSDI 2023): gamma arrivals with a scaled coefficient of variation",
      GammaRenewal::new),

  /** Calm and busy times. */
  MMPP(
      "is a Poisson process that changes between calm times of 40 minutes on average and busy ones of"
          + " 8 minutes with ten times the rate",
      "Heffes and Lucantoni, \"A Markov Modulated Characterization of Packetized Voice and Data"
          + " Traffic\" (IEEE JSAC 1986)",
      TwoStates::calmAndBusy),

  /** Bursts on every time scale. */
  PARETO(
      "is the sum of ten sources that are on and off for Pareto-distributed times, on for a minute and"
          + " off for five on average",
      "Crovella and Bestavros, \"Self-Similarity in World Wide Web Traffic\" (IEEE/ACM ToN 1997): tail"
          + " indices of 1.2 and 1.5; Willinger et al., \"Self-Similarity Through High-Variability\""
          + " (IEEE/ACM ToN 1997)",
      ParetoOnOff::new),

  /** Sudden fame. */
  FLASH(
      "is steady but for one crowd in every eight hours, which within two minutes rises to 30 times"
          + " the rate, stays for five and fades",
      "Ari et al., \"Managing Flash Crowds on the Internet\" (MASCOTS 2003): ramp-up, sustained traffic,"
          + " ramp-down; Bodik et al., \"Characterizing, Modeling, and Generating Workload Spikes\""
          + " (SoCC 2010)",
      FlashCrowd::new),

  /** Whole folders at once. */
  BATCH(
      "comes in batches, all photos of one at once, every 30 minutes on average and of lognormal"
          + " sizes",
      "Chaudhry and Templeton, \"A First Course in Bulk Queues\" (1983): the compound Poisson process;"
          + " Feitelson, \"Workload Modeling\" (2015): lognormal sizes",
      Batches::new),

  /** Mostly nothing. */
  SPARSE(
      "is silent for 55 minutes on average, then busy for five",
      "Kuczura, \"The Interrupted Poisson Process as an Overflow Process\" (BSTJ 1973); Shahrad et al."
          + " (USENIX ATC 2020), section 3: 45 % of applications are called once per hour or less",
      TwoStates::visits);

  /** Makes the times in seconds, never falling; infinite when none is left. */
  interface Model {
    DoubleSupplier start(SplittableRandom random, double perSecond, double seconds);
  }

  private final String description;
  private final String source;
  private final Model model;

  Family(String description, String source, Model model) {
    this.description = description;
    this.source = source;
    this.model = model;
  }

  /**
   * The family of a name such as {@code diurnal}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Family of(String name) {
    return Arrays.stream(values())
        .filter(family -> family.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected one of %s, found '%s'".formatted(names(), name)));
  }

  private static String names() {
    return Arrays.stream(values()).map(Family::toString).collect(Collectors.joining(", "));
  }

  /** What it looks like, as the end of a sentence that starts with "the traffic". */
  public String description() {
    return description;
  }

  /** The publications that the model and its constants are from. */
  public String source() {
    return source;
  }

  /**
   * Traffic of this family.
   *
   * @param perSecond the mean rate over the length, in expectation over all seeds; above zero, at
   *     most 100,000
   * @param length of the traffic; above zero, at most 366 days
   */
  public Arrivals arrivals(double perSecond, Duration length) {
    return new FamilyTraffic(this, perSecond, length);
  }

  Model model() {
    return model;
  }

  /** The name on command lines. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
