package dev.argus.yardstick;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Checks a plan photo by photo and node by node, with none of the code that made it. */
final class Bills {
  static final long SECOND = 1_000_000;

  private Bills() {}

  static void check(Workload work, ClairvoyantPlan plan) {
    Schedule schedule = plan.schedule();
    List<List<Integer>> photosOf = new ArrayList<>();
    schedule.nodes().forEach(node -> photosOf.add(new ArrayList<>()));
    long misses = 0;
    for (int i = 0; i < work.arrivals().length; i++) {
      int node = schedule.answeredBy()[i];
      if (node < 0) {
        assertThat(schedule.answered()[i]).isEqualTo(Schedule.NEVER);
        misses++;
        continue;
      }
      long answered = schedule.answered()[i];
      long begun = answered - work.service();
      assertThat(begun).isGreaterThanOrEqualTo(work.arrivals()[i]);
      assertThat(answered).isLessThanOrEqualTo(work.arrivals()[i] + work.deadline());
      assertThat(begun).isGreaterThanOrEqualTo(schedule.nodes().get(node).start());
      assertThat(answered).isLessThanOrEqualTo(schedule.nodes().get(node).end());
      photosOf.get(node).add(i);
    }
    for (List<Integer> photos : photosOf) {
      long[] answers = photos.stream().mapToLong(i -> schedule.answered()[i]).sorted().toArray();
      for (int i = work.parallelism(); i < answers.length; i++) {
        assertThat(answers[i] - work.service())
            .as("no more photos at once than the node has cores")
            .isGreaterThanOrEqualTo(answers[i - work.parallelism()]);
      }
    }
    assertThat(plan.misses()).isEqualTo(misses);
    assertThat(plan.launches()).isEqualTo(schedule.nodes().size());
    assertThat(plan.billedNodeMicros()).isEqualTo(bill(work, schedule));
    assertThat(mostAlive(work, schedule)).isLessThanOrEqualTo(work.maxNodes());
    assertThat(plan.idleFraction()).isBetween(0.0, 1.0);
  }

  static long bill(Workload work, Schedule schedule) {
    return schedule.nodes().stream().mapToLong(node -> bill(work, node.start(), node.end())).sum();
  }

  static long bill(Workload work, long start, long end) {
    assertThat(start).isGreaterThanOrEqualTo(0);
    double seconds = Math.ceil((end - start + work.boot()) / 1e6);
    return Math.max(work.minimumBilled(), (long) seconds * SECOND);
  }

  private static long mostAlive(Workload work, Schedule schedule) {
    return schedule.nodes().stream()
        .mapToLong(Schedule.Up::start)
        .map(start -> start - work.boot())
        .map(
            launch ->
                schedule.nodes().stream()
                    .filter(node -> node.start() - work.boot() <= launch && node.end() > launch)
                    .count())
        .max()
        .orElse(0);
  }

  static Workload workload(long[] arrivals, long boot, long deadline, int maxNodes) {
    return new Workload(
        arrivals, SECOND / 4, 1, boot * SECOND, deadline * SECOND, maxNodes, 60 * SECOND);
  }

  /** Equal gaps, in microseconds. */
  static long[] every(long gap, int photos) {
    return IntStream.range(0, photos).mapToLong(i -> i * gap).toArray();
  }
}
