package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.protocol.PhotoId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

class OrphansTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final List<PhotoId> IDS =
      IntStream.range(0, 20).mapToObj(i -> PhotoId.random()).sorted().toList();

  @AfterContainer
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Property(tries = 200)
  void anOrphanIsAcceptedAndNotAnswered(
      @ForAll Set<@IntRange(max = 19) Integer> accepted,
      @ForAll Set<@IntRange(max = 19) Integer> answered) {
    List<PhotoId> in = new TreeSet<>(accepted).stream().map(IDS::get).toList();
    List<PhotoId> out = new TreeSet<>(answered).stream().map(IDS::get).toList();
    List<PhotoId> found =
        Orphans.of(Source.from(in), Source.from(out))
            .runWith(Sink.seq(), KIT.system())
            .toCompletableFuture()
            .join();
    assertThat(found).containsExactlyElementsOf(in.stream().filter(i -> !out.contains(i)).toList());
  }
}
