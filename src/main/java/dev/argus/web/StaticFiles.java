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
  /** What a page may do: nothing inline, and nothing with another host. */
  static final String POLICY =
      "default-src 'none'; connect-src 'self'; img-src 'self' blob: data:; style-src 'self';"
          + " script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  /** Where WebJars keep the versions that the build names. */
  private static final String SWAGGER_UI = "/META-INF/resources/webjars/swagger-ui/5.34.1/";

  /** The charts of {@code /ops}. */
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  private final Map<String, HttpResponse> files = new HashMap<>();

  StaticFiles() {
    add("/", "static/index.html", "text/html; charset=utf-8");
    add(UploadPage.PATH, "static/index.html", "text/html; charset=utf-8");
    add("/argus.css", "static/argus.css", STYLE);
    add("/argus.js", "static/argus.js", SCRIPT);
    add("/ops", "static/ops.html", "text/html; charset=utf-8");
    add("/ops.css", "static/ops.css", STYLE);
    add("/ops.js", "static/ops.js", SCRIPT);
    add("/uplot.css", UPLOT + "uPlot.min.css", STYLE);
    add("/uplot.js", UPLOT + "uPlot.iife.min.js", SCRIPT);
    add("/favicon.svg", "static/favicon.svg", "image/svg+xml");
    add("/openapi.json", "static/openapi.json", "application/json");
    add("/openapi", "static/openapi.html", "text/html; charset=utf-8");
    add("/openapi.js", "static/openapi.js", SCRIPT);
    add("/swagger-ui-bundle.js", SWAGGER_UI + "swagger-ui-bundle.js", SCRIPT);
    add("/swagger-ui.css", SWAGGER_UI + "swagger-ui.css", STYLE);
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
    try (InputStream in = StaticFiles.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no page " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
