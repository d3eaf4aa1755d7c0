package dev.argus.simulation;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.scaling.Decision;
import dev.argus.worker.Leave;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What happens in a run, as lines to read: virtual time, step, and what it was.
 *
 * <p>Photos are told one by one while few come, else as counts between other events. A decision is
 * told when it launches or has another kind of reason than the one before. Of a long run the first
 * {@value #FIRST} lines are told as they come, and the last {@value #LAST} at its end.
 */
public final class Timeline implements Observer {
  private static final int FIRST = 3_000;
  private static final int LAST = 1_000;
  private static final int FEW = 3;
  private static final long APART = 10_000_000_000L; // of lines that only count photos, in ns
  private static final String INDENT = " ".repeat(24);

  private final Consumer<String> out;
  private final Deque<String> last = new ArrayDeque<>();
  private final Deque<String> photoLines = new ArrayDeque<>(); // FEW at most
  private World world;
  private Decision.Verdict verdict;
  private long lines;
  private long photosSince; // when the oldest photo event that is not told yet happened
  private long came;
  private long answered;
  private double fastest = Double.POSITIVE_INFINITY;
  private double slowest;

  /**
   * @param out told each line
   */
  public Timeline(Consumer<String> out) {
    this.out = out;
  }

  /** Time since the run began, as {@code 1:02:03.456}. */
  static String clock(Duration time) {
    return String.format(
        Locale.ROOT,
        "%d:%02d:%02d.%03d",
        time.toHours(),
        time.toMinutesPart(),
        time.toSecondsPart(),
        time.toMillisPart());
  }

  /** Tells what is left, the last lines of a long run above all. */
  public void end() {
    tellPhotos();
    long left = lines - FIRST - last.size();
    if (left > 0) {
      out.accept(INDENT + "… " + left + " lines are left out");
    }
    last.forEach(out);
    last.clear();
  }

  @Override
  public void begins(World world) {
    this.world = world;
  }

  private String stamp() {
    return "%12s %9s  "
        .formatted(clock(Duration.ofNanos(world.time().nanos())), "#" + world.time().steps());
  }

  private void event(String format, Object... values) {
    tellPhotos();
    line(stamp() + String.format(Locale.ROOT, format, values));
  }

  private void line(String text) {
    lines++;
    if (lines <= FIRST) {
      out.accept(text);
      return;
    }
    if (last.size() == LAST) {
      last.removeFirst();
    }
    last.addLast(text);
  }

  @Override
  public void came(PhotoId id) {
    photo("photo " + Photos.number(id) + " came");
    came++;
  }

  @Override
  public void answered(PhotoId id, Duration latency, ClassifyReply reply) {
    double seconds = latency.toNanos() / 1e9;
    photo(String.format(Locale.ROOT, "photo %d answered after %.3f s", Photos.number(id), seconds));
    answered++;
    fastest = Math.min(fastest, seconds);
    slowest = Math.max(slowest, seconds);
  }

  @Override
  public void unanswered(PhotoId id) {
    event("photo %d has no answer", Photos.number(id));
  }

  private void photo(String text) {
    long now = world.time().nanos();
    if (came + answered > 0 && now - photosSince > APART) {
      tellPhotos();
    }
    if (came + answered == 0) {
      photosSince = now;
    }
    if (photoLines.size() < FEW) {
      photoLines.add(stamp() + text);
    }
  }

  private void tellPhotos() {
    if (came + answered <= FEW) {
      photoLines.forEach(this::line);
    } else {
      line(
          stamp()
              + came
              + " photos came, "
              + answered
              + " answered"
              + (answered == 0
                  ? ""
                  : String.format(Locale.ROOT, " (after %.2f to %.2f s)", fastest, slowest))
              + ", "
              + world.waiting().getAsInt()
              + " wait");
    }
    photoLines.clear();
    came = 0;
    answered = 0;
    fastest = Double.POSITIVE_INFINITY;
    slowest = 0;
  }

  @Override
  public void decided(Decision decision) {
    if (decision.launch() > 0 || decision.verdict() != verdict) {
      event("decision: %s%s", decision.reason(), warm(decision));
    }
    verdict = decision.verdict();
  }

  private static String warm(Decision decision) {
    return Optional.of(decision.warm())
        .filter(nodes -> nodes.isPresent())
        .map(nodes -> "; worth keeping: " + nodes.getAsInt())
        .orElse("");
  }

  @Override
  public void launched(Instance instance) {
    event("%s launched, %d nodes", instance.id(), world.fleet().size());
  }

  @Override
  public void notLaunched(String code) {
    event("EC2 refuses a launch: %s", code);
  }

  @Override
  public void booted(Instance instance) {
    event(
        "%s has booted after %.1f s",
        instance.id(), (world.time().nanos() - instance.launchedNanos()) / 1e9);
  }

  @Override
  public void interrupted(Instance instance) {
    event("%s: EC2 takes it away in two minutes", instance.id());
  }

  @Override
  public void leaves(Instance instance, Leave why) {
    event("%s leaves: %s", instance.id(), why.text());
  }

  @Override
  public void ended(Instance instance) {
    event(
        "%s ends, %d s are billed, %d photos are left in it",
        instance.id(), instance.billedSeconds(world.time().nanos()), instance.machine().held());
  }

  @Override
  public void over() {
    tellPhotos();
    int waiting = world.waiting().getAsInt();
    if (waiting > 0) {
      event("%d photos have no answer yet", waiting);
    }
  }

  @Override
  public void handedOutTwice(PhotoId id) {
    event("photo %d is handed out and stays visible to others", Photos.number(id));
  }
}
