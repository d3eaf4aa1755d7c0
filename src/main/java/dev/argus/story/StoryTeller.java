package dev.argus.story;

import dev.argus.ports.Completions;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.ObjectInfo;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.DeadLetter;
import dev.argus.protocol.DeadLetterCodec;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.PhotoState;
import dev.argus.protocol.ResultFacts;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Tells what happened to one photo, from what lies in S3 and what the nodes have logged. What
 * cannot be read becomes a note; the rest is told all the same.
 */
public final class StoryTeller {
  private static final String S3 = "S3";

  private final Optional<ObjectStore> store;
  private final PhotoLogs logs;

  /**
   * @param store empty if there is none to be reached, such as that of an {@code argus local} that
   *     does not run
   */
  public StoryTeller(Optional<ObjectStore> store, PhotoLogs logs) {
    this.store = store;
    this.logs = logs;
  }

  /** The story; blocks for as long as the calls take. */
  public Story of(PhotoId id) {
    Telling telling = new Telling(id);
    store.ifPresent(telling::readStore);
    telling.readLogs();
    return telling.story();
  }

  private final class Telling {
    private final PhotoId id;
    private final List<StoryEvent> events = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private boolean recordFound;
    private Optional<PhotoState> state = Optional.empty();
    private boolean resultRead;

    Telling(PhotoId id) {
      this.id = id;
    }

    Story story() {
      if (state.isEmpty() && recordFound && resultRead) {
        state = Optional.of(PhotoState.PENDING);
      }
      return new Story(id, state, events, notes);
    }

    void readStore(ObjectStore objects) {
      read("the acceptance record", () -> objects.head(Bucket.INPUT, ObjectKeys.photo(id)))
          .flatMap(found -> found)
          .ifPresent(this::accepted);
      Optional<Optional<StoredObject>> result =
          read("the result", () -> objects.get(Bucket.OUTPUT, ObjectKeys.result(id)));
      resultRead = result.isPresent();
      result.flatMap(found -> found).ifPresent(this::answered);
      read("the attempts", () -> objects.get(Bucket.STATE, ObjectKeys.attempts(id)))
          .flatMap(found -> found)
          .ifPresent(this::attempted);
      read("the dead letter", () -> objects.get(Bucket.STATE, ObjectKeys.deadLetter(id.toString())))
          .flatMap(found -> found)
          .ifPresent(this::givenUp);
    }

    private void accepted(ObjectInfo photo) {
      recordFound = true;
      add(
          Optional.of(id.acceptedAt()),
          "accepted: %s, %s, %,d bytes".formatted(name(photo), photo.contentType(), photo.size()));
    }

    private void answered(StoredObject result) {
      try {
        ClassifyReply reply = Codec.replyFromJson(result.bytes().utf8String());
        state = Optional.of(PhotoState.of(reply));
        Optional<ResultFacts> facts = ResultFacts.of(result.metadata());
        add(
            facts.map(ResultFacts::at),
            "result stored: "
                + inWords(reply)
                + facts.map(StoryTeller::inWords).orElse("; by whom and when is not noted"));
      } catch (MalformedMessageException e) {
        add(Optional.empty(), "the result cannot be read and is made anew: " + e.getMessage());
      }
    }

    private void attempted(StoredObject attempts) {
      String count = attempts.bytes().utf8String().split(" ", 2)[0];
      add(
          Optional.empty(),
          "nodes have worked on it alone, for they might have died of it; times: " + count);
    }

    private void givenUp(StoredObject object) {
      try {
        DeadLetter letter = DeadLetterCodec.fromJson(object.bytes().utf8String());
        String node = letter.history().node();
        add(
            Optional.of(letter.at()),
            letter.history().inWords()
                + (node.isEmpty() ? "" : " by " + node)
                + ", and kept as a dead letter: "
                + letter.history().reason());
      } catch (MalformedMessageException e) {
        add(Optional.empty(), "its dead letter cannot be read: " + e.getMessage());
      }
    }

    void readLogs() {
      try {
        events.addAll(logs.of(id));
      } catch (IOException e) {
        notes.add(e.getMessage());
      }
    }

    private void add(Optional<Instant> at, String what) {
      events.add(new StoryEvent(at, S3, what));
    }

    private <T> Optional<T> read(String what, Supplier<CompletionStage<T>> call) {
      try {
        return Optional.of(Completions.attempt(call::get).toCompletableFuture().join());
      } catch (CompletionException e) {
        notes.add(what + " cannot be read: " + Completions.cause(e));
        return Optional.empty();
      }
    }
  }

  /** As the web tier writes it: percent-encoded. */
  private static String name(ObjectInfo photo) {
    try {
      return URLDecoder.decode(
          photo.metadata().getOrDefault("name", "without a name"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "with a name that cannot be read";
    }
  }

  private static String inWords(ClassifyReply reply) {
    return reply instanceof ClassifyReply.Recognised recognised
        ? String.format(
            Locale.ROOT,
            "%s, probability %.2f",
            recognised.best().label(),
            recognised.best().probability())
        : "failed, "
            + ((ClassifyReply.Failed) reply).problem().title()
            + ": "
            + ((ClassifyReply.Failed) reply).problem().detail();
  }

  private static String inWords(ResultFacts facts) {
    return "; by %s at receive %d: queued %,d ms, decoded in %,d ms, recognised in %,d ms"
        .formatted(
            facts.node(),
            facts.receive(),
            facts.times().queued().toMillis(),
            facts.times().decode().toMillis(),
            facts.times().inference().toMillis());
  }
}
