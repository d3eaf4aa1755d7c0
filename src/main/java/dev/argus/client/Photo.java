package dev.argus.client;

import java.net.URI;
import java.util.UUID;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * One photo to send.
 *
 * @param name its file name
 * @param contentType its media type, such as {@code image/jpeg}
 * @param bytes its size
 * @param content the photo itself, from memory or from disk; it can be read any number of times
 */
record Photo(String name, String contentType, long bytes, Source<ByteString, ?> content) {
  /**
   * The photo as a form with one part, written as browsers write it.
   *
   * <p>Pekko's own form would put a name beyond ASCII into {@code filename*}, which RFC 7578
   * (section 4.2) forbids and servers overlook; browsers send it as plain UTF-8.
   */
  HttpRequest upload(URI target) {
    String boundary = UUID.randomUUID().toString();
    ByteString head =
        ByteString.fromString(
            "--%s\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n"
                .formatted(boundary, escaped(name), contentType));
    ByteString tail = ByteString.fromString("\r\n--" + boundary + "--\r\n");
    return HttpRequest.POST(target.toString())
        .withEntity(
            HttpEntities.create(
                ContentTypes.parse("multipart/form-data; boundary=" + boundary),
                head.size() + bytes + tail.size(),
                Source.single(head).concat(content).concat(Source.single(tail))));
  }

  /** As the HTML standard escapes file names in forms. */
  private static String escaped(String name) {
    return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }
}
