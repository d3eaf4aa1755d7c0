package dev.argus.story;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.PhotoState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What happened to one photo.
 *
 * @param state empty if that could not be found out
 * @param events in the order of time; none if nothing is known of the photo
 * @param notes what could not be looked at, for people
 */
public record Story(
    PhotoId id, Optional<PhotoState> state, List<StoryEvent> events, List<String> notes) {

  public Story {
    events = events.stream().sorted(StoryEvent.ORDER).toList();
    notes = List.copyOf(notes);
  }

  /** Whether anything is known of the photo. */
  public boolean isKnown() {
    return !events.isEmpty();
  }

  /** How it ended, and what to do if it has not, in a sentence. */
  public String ending(Instant now) {
    if (state.isEmpty()) {
      return "How it ended is not known.";
    }
    return switch (state.get()) {
      case ANSWERED -> "It is answered.";
      case FAILED -> "It is answered: it can never be recognised, for the reason above.";
      case DEAD_LETTERED ->
          "It was given up. Once the reason above is mended: argus dead redrive " + id;
      case PENDING ->
          "It has no answer yet, for "
              + Duration.between(id.acceptedAt(), now).toSeconds()
              + " s: look at the queue and at the nodes (GET /v1/scaling/decisions). A photo whose"
              + " message was lost is sent again by the sweep.";
    };
  }

  /** The same as JSON. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("id", id.toString());
    state.ifPresent(known -> json.put("state", known.inWords()));
    ArrayNode list = json.putArray("events");
    for (StoryEvent event : events) {
      ObjectNode one = list.addObject();
      event.at().ifPresent(at -> one.put("at", at.toString()));
      one.put("where", event.where()).put("what", event.what());
    }
    ArrayNode notesJson = json.putArray("notes");
    notes.forEach(notesJson::add);
    return json;
  }
}
