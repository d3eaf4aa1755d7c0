package dev.argus.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * The pages, from the jar: a fixed list, read once, so that no path from outside names a file.
 *
 * <p>A strict content-security policy goes with each: nothing inline, nothing from another host.
 */
final class StaticFiles {
  private static final String POLICY =
      "default-src 'none'; connect-src 'self'; img-src 'self' blob: data:; style-src 'self';"
          + " script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private final Map<String, HttpResponse> files = new HashMap<>();

  StaticFiles() {
    add("/", "index.html", "text/html; charset=utf-8");
    add("/argus.css", "argus.css", "text/css; charset=utf-8");
    add("/argus.js", "argus.js", "text/javascript; charset=utf-8");
    add("/favicon.svg", "favicon.svg", "image/svg+xml");
    add("/openapi.json", "openapi.json", "application/json");
  }

  /** The page at that path, if there is one. */
  Optional<HttpResponse> get(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /** Where the pages are. */
  Set<String> paths() {
    return files.keySet();
  }

  private void add(String path, String file, String type) {
    ContentType contentType = ContentTypes.parse(type);
    HttpResponse response =
        HttpResponse.create()
            .withEntity(HttpEntities.create(contentType, read(file)))
            .addHeader(RawHeader.create("Content-Security-Policy", POLICY))
            .addHeader(RawHeader.create("Cache-Control", "no-cache"));
    files.put(path, response);
  }

  private static byte[] read(String file) {
    try (InputStream in = StaticFiles.class.getResourceAsStream("static/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no page " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
