package dev.argus.scaling;

import dev.argus.protocol.NotedLaunch;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.pekko.Done;

/**
 * One time of this web node as the leader of its cluster; all of it may be asked by any thread.
 *
 * @param generation of the leaders of this cluster, so no other term has the same
 * @param launches what leaders before have noted of launches that EC2 may not show yet
 * @param holds whether this term lasts; asked right before anything is done that only the leader
 *     may do
 * @param note notes launches in place of those noted before; done when every later leader will know
 *     of them, and fails if they may not be called: this term is over, or S3 does not say
 */
public record Term(
    long generation,
    List<NotedLaunch> launches,
    BooleanSupplier holds,
    Function<List<NotedLaunch>, CompletionStage<Done>> note) {
  public Term {
    launches = List.copyOf(launches);
  }
}
