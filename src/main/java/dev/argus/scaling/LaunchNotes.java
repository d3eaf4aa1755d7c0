package dev.argus.scaling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ObjectKeys;
import dev.argus.scaling.LaunchBook.Launch;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was launched, in the state bucket, so that a controller that is started again knows of nodes
 * that EC2 does not show yet.
 *
 * <p>A launch is noted before EC2 is called for it, in an object of its own for each number: notes
 * of different launches never race, the latest of one number is the one that matters, and there are
 * never more of them than there were nodes at once. So none is ever removed; an old one says
 * nothing. Thread-safe; each stage fails with the store's error.
 */
final class LaunchNotes {
  /**
   * A launch for which EC2 may have been called.
   *
   * @param clientToken empty if the note cannot be read
   * @param at when it was noted, by the clock of the controller that did
   */
  record Note(int number, Optional<String> clientToken, Instant at) {}

  private static final Logger LOG = LoggerFactory.getLogger(LaunchNotes.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "clientToken";
  private static final String AT = "at";
  private static final int PARALLELISM = 8;

  /** The largest maximum that can be set; numbers are the smallest that are free. */
  private static final int MAX_NOTES = 10_000;

  private final ObjectStore store;
  private final ActorSystem<?> system;
  private final InstantSource clock;

  LaunchNotes(ObjectStore store, ActorSystem<?> system, InstantSource clock) {
    this.store = store;
    this.system = system;
    this.clock = clock;
  }

  /** Done when the launch will be known to the next run. */
  CompletionStage<Done> write(Launch launch) {
    String json =
        JSON.createObjectNode()
            .put(TOKEN, launch.clientToken())
            .put(AT, clock.instant().toString())
            .toString();
    return store.put(
        Bucket.STATE,
        ObjectKeys.launch(launch.number()),
        new StoredObject(ByteString.fromString(json), "application/json", Map.of()));
  }

  /** The latest note of each number. */
  CompletionStage<List<Note>> read() {
    return store
        .keysAfter(Bucket.STATE, ObjectKeys.LAUNCHES)
        .takeWhile(key -> key.startsWith(ObjectKeys.LAUNCHES))
        .take(MAX_NOTES)
        .filter(LaunchNotes::hasNumber)
        .mapAsync(
            PARALLELISM,
            key -> store.get(Bucket.STATE, key).thenApply(found -> found.map(o -> note(key, o))))
        .mapConcat(note -> note.stream().toList())
        .runWith(Sink.seq(), system);
  }

  private static boolean hasNumber(String key) {
    return key.substring(ObjectKeys.LAUNCHES.length()).matches("[1-9]\\d{0,8}");
  }

  /** A note that cannot be read is taken for one that was made just now. */
  private Note note(String key, StoredObject object) {
    int number = Integer.parseInt(key.substring(ObjectKeys.LAUNCHES.length()));
    String text = object.bytes().utf8String();
    try {
      JsonNode json = JSON.readTree(text);
      String token = json.path(TOKEN).asText();
      if (!token.isEmpty()) {
        return new Note(number, Optional.of(token), Instant.parse(json.path(AT).asText()));
      }
    } catch (JsonProcessingException | DateTimeException e) {
      LOG.debug("the note {} is no JSON with a time", key, e);
    }
    LOG.warn(
        "the state object {} says nothing, so one node more is counted for a while: {}", key, text);
    return new Note(number, Optional.empty(), clock.instant());
  }
}
