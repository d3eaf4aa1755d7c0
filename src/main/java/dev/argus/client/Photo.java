package dev.argus.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.FileIO;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * One photo to send.
 *
 * @param name its file name
 * @param contentType its media type, such as {@code image/jpeg}; Argus looks at the bytes anyway
 * @param bytes its size
 * @param content the photo itself, from memory or from disk; it is read once for each upload
 * @param key its {@code Idempotency-Key}, 1 to 255 visible ASCII characters but quotes and
 *     backslashes: for a day Argus takes uploads with the same key as one job, also those of
 *     another run of a program. Without one each {@link ArgusClient#send} makes its own
 */
public record Photo(
    String name,
    String contentType,
    long bytes,
    Source<ByteString, ?> content,
    Optional<String> key) {

  private static final Map<String, String> TYPES =
      Map.of(
          "jpg", "image/jpeg",
          "jpeg", "image/jpeg",
          "png", "image/png",
          "webp", "image/webp",
          "gif", "image/gif",
          "bmp", "image/bmp",
          "tif", "image/tiff",
          "tiff", "image/tiff");

  private static final String UNKNOWN_TYPE = "application/octet-stream";
  private static final Pattern KEY = Pattern.compile("[!#-\\[\\]-~]{1,255}");

  /** Names that every program writes and reads in a header in the same way. */
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9._ ()+,-]{1,255}");

  public Photo {
    key.ifPresent(
        text -> {
          if (!KEY.matcher(text).matches()) {
            throw new IllegalArgumentException(
                "an Idempotency-Key has 1 to 255 visible ASCII characters, without \" and \\;"
                    + " found: "
                    + text);
          }
        });
  }

  /**
   * A file, which is read whenever it is sent.
   *
   * @throws UncheckedIOException if it is not there
   */
  public static Photo of(Path file) {
    try {
      if (!Files.isReadable(file)) {
        throw new IOException("the photo cannot be read: " + file);
      }
      return of(file.getFileName().toString(), Files.size(file), FileIO.fromPath(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A photo in memory; the array must not change any more. */
  public static Photo of(String name, byte[] bytes) {
    return of(name, bytes.length, Source.single(ByteString.fromArrayUnsafe(bytes)));
  }

  private static Photo of(String name, long bytes, Source<ByteString, ?> content) {
    String type = TYPES.getOrDefault(extension(name), UNKNOWN_TYPE);
    return new Photo(name, type, bytes, content, Optional.empty());
  }

  /** The same photo with this {@code Idempotency-Key}. */
  public Photo withKey(String value) {
    return new Photo(name, contentType, bytes, content, Optional.of(value));
  }

  /** Whether a file is named like a photo. */
  public static boolean isNamedLikeOne(String name) {
    return TYPES.containsKey(extension(name));
  }

  /** The extensions of {@link #isNamedLikeOne}. */
  public static Set<String> extensions() {
    return TYPES.keySet();
  }

  private static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** The same photo, which tells if its content fails. */
  Photo watched(Consumer<Throwable> failed) {
    Source<ByteString, ?> watched =
        content.mapError(
            Throwable.class,
            error -> {
              failed.accept(error);
              return error;
            });
    return new Photo(name, contentType, bytes, watched, key);
  }

  /** The request that uploads it: as it is, or as a form if a header cannot carry its name. */
  HttpRequest upload(String target) {
    return PLAIN_NAME.matcher(name).matches() ? raw(target) : form(target);
  }

  private HttpRequest raw(String target) {
    return HttpRequest.POST(target)
        .addHeader(RawHeader.create("Content-Disposition", "attachment; filename=\"" + name + "\""))
        .withEntity(
            bytes == 0 // Pekko streams no entity of that size
                ? HttpEntities.create(ContentTypes.parse(contentType), ByteString.emptyByteString())
                : HttpEntities.create(ContentTypes.parse(contentType), bytes, content));
  }

  /**
   * A form with one part, written as browsers write it.
   *
   * <p>Pekko's own form would put a name beyond ASCII into {@code filename*}, which RFC 7578
   * (section 4.2) forbids and servers overlook; browsers send it as plain UTF-8.
   */
  private HttpRequest form(String target) {
    String boundary = UUID.randomUUID().toString();
    ByteString head =
        ByteString.fromString(
            "--%s\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n"
                .formatted(boundary, escaped(name), contentType));
    ByteString tail = ByteString.fromString("\r\n--" + boundary + "--\r\n");
    return HttpRequest.POST(target)
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
